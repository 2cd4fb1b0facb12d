namespace Assay.Ledger.Book;

/// <summary>What an account's limit counts. The numeric values are part of the journal format.</summary>
public enum AccountUnit : byte
{
    /// <summary>Money, in nano-USD.</summary>
    NanoUsd = 0,

    /// <summary>Tokens, all classes together.</summary>
    Tokens = 1,
}
