namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A frozen copy of this process, made in one system call. It runs nothing, holds no descriptor, dies with the thread that made it, and is killed and taken away by <see cref="Dispose"/>.</summary>
internal sealed class FrozenChild : IDisposable
{
    private readonly Lock _gate = new();
    private bool _isGone;
    private string? _endedBecause;

    private FrozenChild(int processId, ProcessMemory memory)
    {
        ProcessId = processId;
        Memory = memory;
    }

    public int ProcessId { get; }

    public ProcessMemory Memory { get; }

    /// <summary>Why it was ended early; null when it was not.</summary>
    public string? EndedBecause
    {
        get
        {
            lock (_gate)
            {
                return _endedBecause;
            }
        }
    }

    /// <param name="stub">The code.</param>
    /// <param name="probe">An address that is mapped.</param>
    /// <param name="isCallFiltered">Whether to behave as if the system call that reads were filtered.</param>
    /// <exception cref="InvalidOperationException">The system refuses; the message says what.</exception>
    public static FrozenChild Create(ForkStub stub, ulong probe, bool isCallFiltered)
    {
        int process = stub.Run();
        if (process <= 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"the system refuses to copy the process (clone: error {-process})"));
        }

        ProcessMemory? memory = ProcessMemory.Open(process, probe, isCallFiltered, out string? reason);
        if (memory is null)
        {
            End(process);
            throw new InvalidOperationException(reason);
        }

        return new FrozenChild(process, memory);
    }

    /// <summary>Ends it from another thread. What is still being read fails.</summary>
    public void EndEarly(string because)
    {
        lock (_gate)
        {
            // Once it is taken away its id may belong to another process.
            if (!_isGone)
            {
                _endedBecause ??= because;
                LinuxCalls.Signal(ProcessId, LinuxCalls.Kill);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isGone)
            {
                _isGone = true;
                Memory.Dispose();
                End(ProcessId);
            }
        }
    }

    private static void End(int process)
    {
        LinuxCalls.Signal(process, LinuxCalls.Kill);
        LinuxCalls.Reap(process);
    }
}
