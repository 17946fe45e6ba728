using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace MemGuard.Recording;

/// <summary>
/// What a process notes of its own end. Each note is a byte of its own, so that dying threads need no lock against the samples or each other; what
/// explains it is written first, and the byte last.
/// </summary>
/// <remarks>Thread-safe. Nothing here throws, and nothing is allocated: there may be no memory left to do it with.</remarks>
internal sealed class BlackBoxNotes(IBlackBoxPages pages, TimeProvider timeProvider)
{
    // Made beforehand; the exception's text by the first dying thread alone.
    private readonly byte[] _exception = new byte[sizeof(ushort) + BlackBoxFormat.MaxExceptionBytes];
    private int _hasException;
    private long _outOfMemoryHeap;

    /// <summary>Notes that an allocation failed. The largest heap at which one did is kept: a huge array that is refused to a healthy process says little.</summary>
    /// <param name="heapBytes">The heap at this moment.</param>
    public void OutOfMemory(long heapBytes)
    {
        long known = Volatile.Read(ref _outOfMemoryHeap);
        if (heapBytes <= known || Interlocked.CompareExchange(ref _outOfMemoryHeap, heapBytes, known) != known)
        {
            return;
        }

        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, heapBytes);
        Write(number, BlackBoxFormat.OutOfMemoryHeapAt);
        Set(BlackBoxFormat.OutOfMemoryAt);
    }

    /// <summary>Notes an exception that ends the process. Its type is kept; its message may hold what belongs in no file.</summary>
    public void Unhandled(Exception? exception)
    {
        if (exception is OutOfMemoryException)
        {
            Set(BlackBoxFormat.UnhandledOutOfMemoryAt);
        }

        // Before the name, for which there may be no memory.
        Set(BlackBoxFormat.UnhandledAt);
        if (exception is not null && Interlocked.Exchange(ref _hasException, 1) == 0)
        {
            Containment.Run((this, exception), static note => note.Item1.WriteType(note.exception));
        }
    }

    /// <summary>Notes that the host has begun to stop.</summary>
    public void Stopping()
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, ReadClock());
        Write(number, BlackBoxFormat.StoppingTimeAt);
        Set(BlackBoxFormat.StoppingAt);
    }

    /// <summary>Takes back <see cref="Stopping"/>: another host runs in this process.</summary>
    public void Running() => Write([0], BlackBoxFormat.StoppingAt);

    /// <summary>Notes that the process ends in order.</summary>
    public void Ended(int exitCode)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, exitCode);
        Write(number, BlackBoxFormat.ExitCodeAt);
        Set(BlackBoxFormat.EndedAt);
    }

    private void WriteType(Exception exception)
    {
        Utf8.FromUtf16(exception.GetType().FullName, _exception.AsSpan(sizeof(ushort)), out _, out int length);
        BinaryPrimitives.WriteUInt16LittleEndian(_exception, (ushort)length);
        Write(_exception, BlackBoxFormat.ExceptionAt);
    }

    private long ReadClock()
    {
        try
        {
            return timeProvider.GetUtcNow().UtcTicks;
        }
        catch
        {
            return 0;
        }
    }

    private void Set(int at) => Write([1], at);

    // Inlined into nothing: a handler of a dying process stays shallow, whatever the optimizer would make of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Write(ReadOnlySpan<byte> bytes, int at)
    {
        try
        {
            pages.Write(bytes, BlackBoxFormat.FlagsAt + at);
        }
        catch
        {
            // Thrown from an exit handler it would turn exit code 0 into 134, and from one for exceptions into a stack overflow.
        }
    }
}
