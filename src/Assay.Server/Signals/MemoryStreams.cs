using System.Text;
using Assay.Signals.Memory;

namespace Assay.Server.Signals;

/// <summary>Writes what was learned to a stream, little endian.</summary>
internal sealed class MemoryStreamWriter(Stream stream) : IMemoryWriter, IDisposable
{
    private readonly BinaryWriter _writer = new(stream, Encoding.UTF8, leaveOpen: true);

    public void Whole(int value) => _writer.Write(value);

    public void Large(long value) => _writer.Write(value);

    public void Real(double value) => _writer.Write(value);

    public void Small(float value) => _writer.Write(value);

    public void Name(string value) => _writer.Write(value);

    public void Dispose() => _writer.Dispose();
}

/// <summary>Reads it back. What cannot be is a <see cref="FormatException"/> or an <see cref="EndOfStreamException"/>.</summary>
internal sealed class MemoryStreamReader(Stream stream) : IMemoryReader, IDisposable
{
    private const int NameLengthMax = 4096;

    private readonly BinaryReader _reader = new(stream, Encoding.UTF8, leaveOpen: true);

    public int Whole() => _reader.ReadInt32();

    public long Large() => _reader.ReadInt64();

    public double Real() => Finite(_reader.ReadDouble());

    public float Small() => (float)Finite(_reader.ReadSingle());

    public string Name() => _reader.ReadString() is { Length: <= NameLengthMax } name ? name : throw new FormatException("A name is too long.");

    public void Dispose() => _reader.Dispose();

    private static double Finite(double value) => double.IsFinite(value) ? value : throw new FormatException("A number is not finite.");
}
