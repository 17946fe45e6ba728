using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Recording;

public sealed class SwitchedRecordingTests
{
    private readonly Dictionary<string, Sink> _sinks = [];
    private readonly SwitchedRecording _recording;

    public SwitchedRecordingTests() => _recording = new SwitchedRecording(directory => _sinks[directory] = new Sink());

    [Fact]
    public void Add_NothingIsRecorded_CountsNothing()
    {
        _recording.Add(default);

        Assert.Null(_recording.Rows);
        Assert.Empty(_sinks);
    }

    [Fact]
    public void SwitchTo_Directory_RecordsFromThenOn()
    {
        _recording.Start();
        _recording.Add(default);
        _recording.SwitchTo("a");
        _recording.Add(default);

        Assert.Equal((1, 0), _recording.Rows);
        Assert.True(_sinks["a"] is { IsStarted: true, IsStopped: false });
    }

    [Fact]
    public void SwitchTo_BeforeTheStart_BeginsWithIt()
    {
        _recording.SwitchTo("a");
        bool wasStarted = _sinks["a"].IsStarted;
        _recording.Start();

        Assert.Equal((false, true), (wasStarted, _sinks["a"].IsStarted));
    }

    [Fact]
    public void SwitchTo_SameDirectory_ChangesNothing()
    {
        _recording.SwitchTo("a");
        _recording.SwitchTo("a");

        Assert.False(Assert.Single(_sinks).Value.IsStopped);
    }

    [Fact]
    public void SwitchTo_AnotherAndThenNone_EndsTheFormerAndTheCountsGoOn()
    {
        _recording.SwitchTo("a");
        _recording.Add(default);
        _recording.Add(default);
        _recording.SwitchTo("b");
        _recording.Add(default);
        (long, long)? whileRecording = _recording.Rows;
        _recording.SwitchTo(null);
        _recording.Add(default);

        Assert.Equal((3, 0), whileRecording);
        Assert.Equal((3, 0), _recording.Rows);
        Assert.All(_sinks.Values, static sink => Assert.True(sink.IsStopped));
    }

    private sealed class Sink : ISampleSink
    {
        public bool IsStarted { get; private set; }

        public bool IsStopped { get; private set; }

        public long TotalRowsWritten { get; private set; }

        public long TotalRowsDropped => 0;

        public void Start() => IsStarted = true;

        public void Add(in MemorySample sample)
        {
            Assert.False(IsStopped);
            TotalRowsWritten++;
        }

        public void Stop(TimeSpan longest) => IsStopped = true;

        public void Dispose() => Stop(TimeSpan.Zero);
    }
}
