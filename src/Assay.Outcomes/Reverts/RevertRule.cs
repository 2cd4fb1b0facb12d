namespace Assay.Outcomes.Reverts;

/// <summary>By which rule a revert was found, the surest first.</summary>
public enum RevertRule : byte
{
    /// <summary>A commit message says <c>This reverts commit …</c>, as git writes it.</summary>
    CommitTrailer,

    /// <summary>The description says <c>Reverts owner/repo#N</c> or <c>This reverts merge request !N</c>, as the hosts write it.</summary>
    HostReference,

    /// <summary>The branch is called <c>revert-N-…</c>, as GitHub calls it.</summary>
    HostBranch,

    /// <summary>The title is <c>Revert "…"</c> or <c>Reapply "…"</c>, and exactly one accepted change has the quoted title.</summary>
    Title,

    /// <summary>The change is the exact opposite of an earlier one (git's patch-id), whatever it says.</summary>
    InversePatch,
}
