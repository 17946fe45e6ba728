using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Reads a process's memory through the system: an address that is not there is a failed read, never a fault.</summary>
internal sealed unsafe class ProcessMemory : IDisposable
{
    private readonly int _process;

    // Where the call is filtered, the same permission opens this file.
    private readonly SafeFileHandle? _file;
    private long _bytesRead;

    private ProcessMemory(int process, SafeFileHandle? file)
    {
        _process = process;
        _file = file;
    }

    public bool IsFile => _file is not null;

    /// <summary>How much has been read so far; another thread may look.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <param name="process">The own process or the child.</param>
    /// <param name="probe">An address that the process has mapped.</param>
    /// <param name="isCallFiltered">Whether to behave as if the system call were filtered.</param>
    /// <param name="reason">Why it cannot be read; null when it can.</param>
    public static ProcessMemory? Open(int process, ulong probe, bool isCallFiltered, out string? reason)
    {
        reason = null;
        ProcessMemory byCall = new(process, null);
        ulong value;
        if (!isCallFiltered && byCall.Read(probe, (byte*)&value, sizeof(ulong)) == sizeof(ulong))
        {
            return byCall;
        }

        int error = Marshal.GetLastPInvokeError();
        try
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/mem");
            ProcessMemory byFile = new(process, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            if (byFile.Read(probe, (byte*)&value, sizeof(ulong)) == sizeof(ulong))
            {
                return byFile;
            }

            byFile.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Told below with the call's own error, which says more.
        }

        reason = $"the system does not let it read the memory of its own child (process_vm_readv: error {error.ToString(CultureInfo.InvariantCulture)}; /proc/<child>/mem too)";
        return null;
    }

    /// <returns>Bytes read, which may be fewer than wanted; 0 when the address is not there.</returns>
    public long Read(ulong address, byte* into, long bytes)
    {
        long read = ReadSome(address, into, bytes);
        Volatile.Write(ref _bytesRead, _bytesRead + read);
        return read;
    }

    public void Dispose() => _file?.Dispose();

    private long ReadSome(ulong address, byte* into, long bytes)
    {
        if (_file is null)
        {
            return Math.Max(LinuxCalls.ReadMemory(_process, address, into, (nuint)bytes), 0);
        }

        try
        {
            return RandomAccess.Read(_file, new Span<byte>(into, (int)bytes), (long)address);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
