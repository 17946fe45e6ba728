using System.Runtime.Versioning;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>The endpoint's name can be guessed. Who listens there must be this process, and even then is not believed without a bound.</summary>
[UnsupportedOSPlatform("windows")]
[Collection(nameof(NativeMemoryGroup))]
public sealed class HostileEndpointTests : IDisposable
{
    private const long Buffer = 1 << 20;

    private readonly TemporaryDirectory _directory = new();

    private string Endpoint => _directory.Combine("socket");

    [Fact]
    public async Task Connect_AnotherProcessListens_SendsItNothing()
    {
        using ChildProcess listener = ChildProcess.Start(["listen", Endpoint, "0"]);
        Assert.Equal("listening", await listener.ReadLineAsync());

        IOException error = Assert.Throws<IOException>(() => DiagnosticsSocket.Connect(Endpoint, TimeSpan.FromSeconds(5)));

        Assert.Contains($"is held by another one (id {listener.Id})", error.Message, StringComparison.Ordinal);
        listener.GoOn();
        Assert.Matches("heard (0 bytes|nothing)", await listener.EndAsync());
    }

    [Fact]
    public void Connect_OwnProcessListens_IsAccepted()
    {
        using FakeEndpoint endpoint = new(Endpoint, static stream => stream.ReadByte());

        DiagnosticsSocket.Connect(Endpoint, TimeSpan.FromSeconds(5)).Dispose();
    }

    // With diagnostics off the place is free, and any local user may take it.
    [RootFact]
    public async Task CaptureAsync_DiagnosticsOffAndAnotherUserListens_ConnectsToNothing()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)511 | UnixFileMode.StickyBit);
        using ChildProcess victim = ChildProcess.Start(["capture"], ("DOTNET_EnableDiagnostics", "0"), ("TMPDIR", _directory.Path));
        Assert.Equal("ready", await victim.ReadLineAsync());
        using ChildProcess listener = ChildProcess.Start(["listen", PlaceOf(victim.Id), "4711"]);
        Assert.Equal("listening", await listener.ReadLineAsync());

        victim.GoOn();
        string said = await victim.EndAsync();
        listener.GoOn();

        Assert.StartsWith("refused: the runtime has no diagnostics endpoint", said, StringComparison.Ordinal);
        Assert.EndsWith("alive\nexit code 0", said, StringComparison.Ordinal);
        Assert.Contains("heard nothing", await listener.EndAsync(), StringComparison.Ordinal);
    }

    [RootFact]
    public void Find_SocketOfAnotherUser_IsNone()
    {
        using FakeEndpoint endpoint = new(Endpoint, static _ => { });
        Posix.ChangeOwner(Endpoint, 4711);

        Assert.False(FileOwner.IsSelf(Endpoint));
        Assert.NotNull(DiagnosticsSocket.Find());
    }

    [Fact]
    public void Capture_EndlessStream_EndsAtTheBufferThatWasAskedFor()
    {
        byte[] begin = new NettraceStream().CutHere();

        // Blocks are aligned to four bytes: one whose length is a multiple can follow itself for ever.
        byte[] block = Enumerable.Range(0, 4)
            .Select(static more => new NettraceStream().Events(new NettraceEvent(1, 1, 1, new byte[60_000 + more])).CutHere())
            .First(whole => (whole.Length - begin.Length) % 4 == 0);
        using FakeEndpoint endpoint = new(Endpoint, stream =>
        {
            FakeEndpoint.Accept(stream);
            stream.Write(begin);
            while (true)
            {
                stream.Write(block.AsSpan(begin.Length));
            }
        });
        using EventPipeCapture capture = new(() => Endpoint, TimeSpan.FromMinutes(5));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Exception? refusal = Record.Exception(() => capture.Capture(Buffer, null, CancellationToken.None));

        Assert.True(refusal is InvalidDataException, $"{refusal}");
        Assert.Contains("longer than the 17 MB that were asked for", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Capture_NoAnswerOrNoEnd_GivesUp(bool accepts)
    {
        using ManualResetEventSlim over = new();
        using FakeEndpoint endpoint = new(Endpoint, stream =>
        {
            if (accepts)
            {
                FakeEndpoint.Accept(stream);
            }

            over.Wait();
        });
        using EventPipeCapture capture = new(() => Endpoint, TimeSpan.FromMilliseconds(50));

        Exception? failure = Record.Exception(() => capture.Capture(Buffer, null, CancellationToken.None));
        over.Set();

        Assert.True(failure is IOException, $"{failure}");
    }

    // Ids that were never types, described in every way that might make somebody follow them.
    [Fact]
    public void Capture_ForgedTypes_KeepTheirNamesAndAreNotFollowed()
    {
        ulong real = (ulong)typeof(string).TypeHandle.Value;
        TypeDescription text = HeapEvents.Describe(typeof(string));
        (ulong Id, TypeDescription Description)[] forged =
        [
            (0x4141_4141_4141_4140, new TypeDescription("Forged", 1, 0x0200_0002, 0, [])),
            (0x7F00_0000_1000, text),
            (real + 8, text with { Token = 0x0200_0001 }),
            (0x1000, text with { Name = "System.String[]", ArrayRank = TypeDescription.Vector, Arguments = [0x1000] }),
            (0x2000, text with { Name = "Generic`1[Forged]", Token = HeapEvents.Describe(typeof(List<string>)).Token, Arguments = [real] }),
            (0x3000, text with { ArrayRank = 63, Arguments = [real] }),
            (0x4000, text with { Token = -1 }),
            (0x5000, text with { Token = 0x0200_0000 }),
            (8, new TypeDescription("Low", 0, 0, 0, [])),
            (real, text),
        ];
        byte[] stream = Stream(forged);
        using FakeEndpoint endpoint = new(Endpoint, connection =>
        {
            FakeEndpoint.Accept(connection);
            connection.Write(stream);
        });
        using EventPipeCapture capture = new(() => Endpoint, TimeSpan.FromMinutes(1));

        using CapturedHeap heap = capture.Capture(Buffer, null, CancellationToken.None);
        SnapshotData data = SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);

        Assert.Null(data.IncompleteBecause);
        Assert.Equal(forged.Length, data.ObjectCount);
        Assert.Equal(1, data.Types.Single(static type => type.TypeName == "string").Count);
        Assert.Contains(data.Types, static type => type.TypeName == "Forged");
    }

    public void Dispose() => _directory.Dispose();

    private static byte[] Stream((ulong Id, TypeDescription Description)[] types)
    {
        const ulong Thread = 1;
        (uint, string, int)[] definitions =
        [
            (1, NettraceStream.RuntimeProvider, HeapEvents.GCStartId), (2, NettraceStream.RuntimeProvider, HeapEvents.TypesId), (3, NettraceStream.RuntimeProvider, HeapEvents.NodesId),
            (4, NettraceStream.RuntimeProvider, HeapEvents.RootsId), (5, NettraceStream.RuntimeProvider, HeapEvents.GCEndId),
        ];
        NettraceEvent[] events =
        [
            new(1, Thread, 1, HeapEvents.GCStart()),
            new(2, Thread, 2, HeapEvents.Types([.. types.Select(static type => type.Description)], [.. types.Select(static type => type.Id)])),
            new(3, Thread, 3, HeapEvents.Nodes(0, [.. types.Select(static (type, i) => (0x7F00_0000_0000UL + ((ulong)i * 64), 64UL, type.Id, 0UL))])),
            new(4, Thread, 4, HeapEvents.Roots([.. types.Select(static (_, i) => (0x7F00_0000_0000UL + ((ulong)i * 64), (byte)2, 0u))])),
            new(5, Thread, 5, HeapEvents.GCEnd()),
        ];
        return new NettraceStream().Metadata(definitions).Events(events).SequencePoint((Thread, 5u)).End();
    }

    private string PlaceOf(int process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        return _directory.Combine($"dotnet-diagnostic-{process}-{stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]}-socket");
    }
}
