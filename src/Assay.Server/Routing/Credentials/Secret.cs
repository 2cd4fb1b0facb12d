namespace Assay.Server.Routing.Credentials;

/// <summary>Where one credential of a provider comes from when a call needs it.</summary>
internal abstract class Secret
{
    /// <summary>The credential as it is now. Completes at once unless it must be fetched.</summary>
    /// <exception cref="CredentialException">It cannot be had.</exception>
    public abstract ValueTask<string> ReadAsync(CancellationToken cancellation);

    /// <summary>The provider refused it. True if reading it again may give another one.</summary>
    public virtual bool Renew() => false;
}

/// <summary>A credential that stands in the configuration, a variable or a file.</summary>
internal sealed class FixedSecret(string value) : Secret
{
    public override ValueTask<string> ReadAsync(CancellationToken cancellation) => new(value);
}

/// <summary>A credential cannot be had. The message says why, and holds nothing of it.</summary>
internal sealed class CredentialException(string message, Exception? inner = null) : Exception(message, inner);
