using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Keeps the samples of a stream with their stacks, and the methods that the runtime lists at its end.</summary>
/// <param name="maxSamples">After so many the profile may end.</param>
internal sealed class AllocationEvents(int maxSamples) : INettraceSink
{
    private const int Sampled = 303;
    private const int MethodInRundown = INettraceSink.Rundown | 144;

    // What may still come until the session has ended is kept up to this multiple.
    private const int Excess = 8;
    private const int MaxFrames = 128;
    private const int MaxStacks = 16_384;
    private const int MaxTypes = 16_384;
    private const int MaxMethods = 1 << 20;

    /// <summary>One in so many bytes is drawn (dotnet/runtime#104955).</summary>
    private const double MeanBytes = 102_400;

    private readonly Dictionary<uint, ulong[]> _stacks = [];
    private readonly Dictionary<ulong, string> _types = [];
    private readonly Dictionary<ulong, uint> _lastOfThread = [];

    /// <summary>The samples so far.</summary>
    public List<Sample> Samples { get; } = [];

    /// <summary>The methods of the process.</summary>
    public MethodMap Methods { get; } = new();

    /// <summary>Events that the writer counted and that did not come.</summary>
    public long Lost { get; private set; }

    /// <summary>Signalled when there are samples enough.</summary>
    public ManualResetEventSlim HasEnough { get; } = new();

    public string TypeNameOf(ulong type) => _types.GetValueOrDefault(type, "unknown type");

    public void OnEvent(int eventId, in NettraceEventHeader header, ReadOnlySpan<byte> payload)
    {
        Count(header.CaptureThread, header.Sequence);
        if (eventId == Sampled)
        {
            OnSample(header.StackId, payload);
        }
        else if (eventId == MethodInRundown && Methods.Count < MaxMethods)
        {
            OnMethod(payload);
        }
    }

    public void OnSequencePoint(ulong captureThread, uint sequence) => Count(captureThread, unchecked(sequence + 1), isPoint: true);

    // Numbers start anew after each sequence point, and the block that gives them comes before the events that use them.
    public void OnStack(uint id, ReadOnlySpan<byte> addresses)
    {
        if (_stacks.Count < MaxStacks || _stacks.ContainsKey(id))
        {
            ReadOnlySpan<ulong> frames = MemoryMarshal.Cast<byte, ulong>(addresses);
            _stacks[id] = frames[..Math.Min(frames.Length, MaxFrames)].ToArray();
        }
    }

    /// <summary>How many bytes an object that was drawn stands for: its size over the chance that one of its bytes is drawn.</summary>
    internal static double Weigh(double size) => size / -double.ExpM1(size * Math.Log(1 - (1 / MeanBytes)));

    private void Count(ulong thread, uint sequence, bool isPoint = false)
    {
        uint last = _lastOfThread.GetValueOrDefault(thread);
        uint missing = unchecked(sequence - last - 1);

        // Beyond half of all numbers it went backwards, which is not a loss.
        Lost += missing < int.MaxValue ? missing : 0;
        _lastOfThread[thread] = isPoint ? unchecked(sequence - 1) : sequence;
    }

    // Kind u32, instance u16, type u64, name, address u64, size u64, offset u64.
    private void OnSample(uint stackId, ReadOnlySpan<byte> payload)
    {
        if (Samples.Count >= Excess * maxSamples)
        {
            return;
        }

        ulong type = BinaryPrimitives.ReadUInt64LittleEndian(payload[6..]);
        ReadOnlySpan<byte> rest = payload[14..];
        string? name = ReadText(ref rest, isWanted: !_types.ContainsKey(type) && _types.Count < MaxTypes);
        if (name is not null)
        {
            _types[type] = name;
        }

        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]);
        Samples.Add(new Sample(type, Weigh(size), _stacks.GetValueOrDefault(stackId) ?? []));
        if (Samples.Count == maxSamples)
        {
            HasEnough.Set();
        }
    }

    // Method u64, module u64, start u64, size u32, token u32, flags u32, type, name, signature.
    private void OnMethod(ReadOnlySpan<byte> payload)
    {
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(payload[24..]);
        ReadOnlySpan<byte> rest = payload[36..];
        string type = ReadText(ref rest, isWanted: true)!;
        string method = ReadText(ref rest, isWanted: true)!;
        Methods.Add(start, size, type, method);
    }

    private static string? ReadText(ref ReadOnlySpan<byte> from, bool isWanted)
    {
        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(from);
        int length = text.IndexOf('\0');
        if (length < 0)
        {
            throw new InvalidDataException("The stream is damaged: a name does not end.");
        }

        from = from[(2 * (length + 1))..];
        return isWanted ? text[..length].ToString() : null;
    }

    /// <param name="Type">The type's id.</param>
    /// <param name="Bytes">What it stands for.</param>
    /// <param name="Stack">Addresses, innermost first.</param>
    internal readonly record struct Sample(ulong Type, double Bytes, ulong[] Stack);
}
