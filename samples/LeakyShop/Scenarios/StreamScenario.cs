using System.Buffers;
using System.IO.Pipelines;
using MemGuard.Bounded;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A feed writes to a subscriber that has stopped reading and ignores what the flush says. The fix bounds what may pile up and drops the subscriber.</summary>
internal sealed class StreamScenario : Scenario
{
    private const int MessageBytes = 12 * 1024;

    private static readonly byte[] Message = new byte[MessageBytes];

    private readonly Lock _gate = new();
    private Pipe _subscriber = new();
    private BoundedPipeWriter? _writer;
    private Task _flush = Task.CompletedTask;

    public override string Name => "stream";

    public override string Story => "every request writes to a pipe whose reader has stopped, without awaiting the flush";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override string Structure => "feed";

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        // A pipe has one writer at a time.
        lock (_gate)
        {
            return Task.FromResult(isFixed ? SendBounded() : Send());
        }
    }

    private string Send()
    {
        // Goes on writing although the last flush still waits for the reader.
        _subscriber.Writer.Write(Message);
        if (_flush.IsCompleted)
        {
            _flush = _subscriber.Writer.FlushAsync(CancellationToken.None).AsTask();
        }

        return "sent";
    }

    private string SendBounded()
    {
        _writer ??= _subscriber.Writer.LimitUnflushed(new BoundedPipeWriterOptions { Name = "feed", MaxUnflushedBytes = 1024 * 1024 });
        try
        {
            _writer.Write(Message);
            _ = _writer.FlushAsync(CancellationToken.None).AsTask();
            return "sent";
        }
        catch (InvalidOperationException)
        {
            // It piles up: this subscriber goes, a new one may come.
            _subscriber.Reader.Complete();
            _subscriber = new Pipe();
            _writer = null;
            return "subscriber dropped";
        }
    }
}
