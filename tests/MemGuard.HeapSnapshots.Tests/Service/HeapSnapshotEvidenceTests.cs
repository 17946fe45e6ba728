using MemGuard.Bounded;
using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Service;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Service;

/// <summary>Near the limit a snapshot may have counts by type alone: what is said then, and whom a complete one before it names.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class HeapSnapshotEvidenceTests : IDisposable
{
    private const string Missing = "30 of 100 references arrived";

    // Like no other structure's: a snapshot tells them apart by their counts.
    private const int Capacity = 3300;

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 3, 12, 0, TimeSpan.Zero));
    private readonly FakeCapture _capture = new();
    private readonly HeapSnapshotEvidence _evidence;

    public HeapSnapshotEvidenceTests()
    {
        HeapSnapshotOptions options = new() { Directory = _directory.Path, MinimumInterval = TimeSpan.Zero };
        _evidence = new HeapSnapshotEvidence(new HeapSnapshotService(_capture, options, new SingletonNames(new ServiceCollection()), () => null, _time, new FakeLogger()), options);
    }

    [Fact]
    public async Task Suspect_IncompleteAfterAComplete_NamesTheEarlierHolderOfTheGrownType()
    {
        await Begin(() => Draw(users: 100));

        EvidenceResult result = await End(() => Draw(users: 1000));

        LeakSuspect suspect = Assert.Single(result.Suspects);
        Assert.Equal("static HeapSnapshotEvidenceTests.Shop.Users → List<HeapSnapshotEvidenceTests.User>", suspect.Name);
        Assert.Equal((1000, "HeapSnapshotEvidenceTests.User counted in the whole heap"), (suspect.Count, suspect.CountUnit));
        Assert.EndsWith("; at 03:12 UTC it held 100 % of them, and at least 900 more (28.1 KB) were counted since, by type alone: the heap snapshot is incomplete", suspect.NextStep, StringComparison.Ordinal);
        Assert.Null(result.NoneBecause);
        Assert.Single(result.Files);
    }

    // What it retained then is not what it retains now.
    [Fact]
    public async Task Suspect_EarlierHolder_HasNoBytesOfThen()
    {
        EvidenceResult first = await Begin(() => Draw(users: 100));

        LeakSuspect suspect = (await End(() => Draw(users: 1000))).Suspects.Single();

        Assert.Null(suspect.RetainedBytes);
        Assert.Null(suspect.GrowthShareRatio);
        Assert.Equal(first.Suspects[0].Fingerprint, suspect.Fingerprint);
        Assert.Equal(first.Suspects[0].HolderKind, suspect.HolderKind);
    }

    [Fact]
    public async Task Suspect_EarlierHolder_TheNoteSaysWhatIsMissingAndWhatGrew()
    {
        await Begin(() => Draw(users: 100));

        EvidenceResult result = await End(() => Draw(users: 1000));

        Assert.Equal(
            ["the heap snapshot is incomplete: 30 of 100 references arrived; since 03:12 UTC at least 900 more string (91.4 KB), 900 more HeapSnapshotEvidenceTests.User (28.1 KB)"],
            result.Notes);
    }

    [Fact]
    public async Task Suspect_TypeInTwoPlaces_NamesTheTypeAndNeitherPlace()
    {
        await Begin(() => Draw(users: 100, guests: 60));

        EvidenceResult result = await End(() => Draw(users: 1000, guests: 60));

        Assert.Empty(result.Suspects);
        Assert.Equal(
            "the heap snapshot is incomplete: 30 of 100 references arrived; since 03:12 UTC at least 900 more string (91.4 KB), 900 more HeapSnapshotEvidenceTests.User (28.1 KB)",
            result.NoneBecause);
    }

    [Fact]
    public async Task Suspect_OnlyATypeOfTheFrameworksGrew_NamesWhereAlmostAllOfThemWere()
    {
        await Begin(() => Draw(users: 20, pages: 100));

        EvidenceResult result = await End(() => Draw(users: 20, pages: 900));

        LeakSuspect suspect = Assert.Single(result.Suspects);
        Assert.StartsWith("static HeapSnapshotEvidenceTests.Shop.Pages → ", suspect.Name, StringComparison.Ordinal);
        Assert.Equal((900, "byte[] counted in the whole heap"), (suspect.Count, suspect.CountUnit));
    }

    [Fact]
    public async Task Suspect_TypeOfTheFrameworksInManyPlaces_NamesTheTypeAlone()
    {
        await Begin(() => Draw(pages: 100, copies: 100));

        EvidenceResult result = await End(() => Draw(pages: 900, copies: 100));

        Assert.Empty(result.Suspects);
        Assert.Contains("since 03:12 UTC at least 800 more byte[] (", result.NoneBecause, StringComparison.Ordinal);
    }

    // They are a sixth of what grew; who holds the rest is not known.
    [Fact]
    public async Task Suspect_OwnTypeThatExplainsLittle_IsNotNamed()
    {
        await Begin(() => Draw(users: 100, pages: 100, copies: 100));

        EvidenceResult result = await End(() => Draw(users: 1000, pages: 250, copies: 100));

        Assert.Empty(result.Suspects);
        Assert.Contains("900 more HeapSnapshotEvidenceTests.User (", result.NoneBecause, StringComparison.Ordinal);
    }

    // The garbage collector knows of growth whose objects did not arrive: what did arrive is not it.
    [Fact]
    public async Task Suspect_MostOfTheGrowthDidNotArrive_NobodyIsNamed()
    {
        await Begin(() => Draw(users: 100));
        _capture.LiveBytes = 100 << 20;

        EvidenceResult result = await End(() => Draw(users: 1000));

        Assert.Empty(result.Suspects);
        Assert.Contains("900 more HeapSnapshotEvidenceTests.User", result.NoneBecause, StringComparison.Ordinal);
    }

    // Near the limit there is no room for a copy of the process, as there was before: types are known by their names all the same.
    [Fact]
    public async Task Suspect_CapturedInAnotherWay_NamesTheEarlierHolder()
    {
        _capture.CapturedBy = CapturedHeap.ByFork;
        await Begin(() => Draw(users: 100));
        _capture.CapturedBy = "event pipe";

        EvidenceResult result = await End(() => Draw(users: 1000));

        Assert.Equal("static HeapSnapshotEvidenceTests.Shop.Users → List<HeapSnapshotEvidenceTests.User>", Assert.Single(result.Suspects).Name);
    }

    // What one way of capturing names and another does not would look like growth.
    [Fact]
    public async Task Suspect_TypeThatOnlyAnotherWayOfCapturingKnows_IsNotSaidToHaveGrown()
    {
        _capture.CapturedBy = CapturedHeap.ByFork;
        await Begin(() => Draw(pages: 1, copies: 1));
        _capture.CapturedBy = "event pipe";

        EvidenceResult result = await End(() => Draw(pages: 1, copies: 1, users: 1000));

        Assert.Empty(result.Suspects);
        Assert.Contains("; largest types: ", result.NoneBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspect_MoreThanTheHolderTakes_ItIsNotNamed()
    {
        for (int i = 0; i < Capacity; i++)
        {
            Shop.Cache.Set(i, new User());
        }

        await Begin(() => DrawCache(Capacity));

        EvidenceResult result = await End(() => DrawCache(3 * Capacity));

        Assert.Empty(result.Suspects);
        Assert.Contains("6,600 more HeapSnapshotEvidenceTests.User (", result.NoneBecause, StringComparison.Ordinal);
    }

    // Twenty users more are not worth a word beside three megabytes.
    [Fact]
    public async Task Suspect_GrowthInFewTypes_NamesThoseAlone()
    {
        await Begin(() => Draw(pages: 100, copies: 100));

        EvidenceResult result = await End(() => Draw(users: 20, pages: 900, copies: 100));

        Assert.Equal("the heap snapshot is incomplete: 30 of 100 references arrived; since 03:12 UTC at least 800 more byte[] (3.1 MB)", result.NoneBecause);
    }

    [Fact]
    public async Task Suspect_ArrayThatGrew_IsGivenInBytes()
    {
        await Begin(() => new HeapPicture().Stack(Of<User[]>().Sized(2000)));

        EvidenceResult result = await End(() => new HeapPicture().Stack(Of<User[]>().Sized(12_000)));

        Assert.EndsWith("; since 03:12 UTC at least 9.8 KB more of HeapSnapshotEvidenceTests.User[]", result.NoneBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspect_LongTypeName_IsCut()
    {
        EvidenceResult result = await End(() => new HeapPicture().Stack(Of<Dictionary<Tuple<User, User, User, User>, Tuple<User, User, User, User>>>().Sized(2000)));

        Assert.Contains("…", result.NoneBecause, StringComparison.Ordinal);
        Assert.True(result.NoneBecause!.Length < 230, result.NoneBecause);
    }

    [Fact]
    public async Task Suspect_IncompleteWithoutAFirst_SaysWhatThereIsMostOf()
    {
        EvidenceResult result = await End(() => Draw(users: 1000));

        Assert.Empty(result.Suspects);
        Assert.Equal(
            "the heap snapshot is incomplete: 30 of 100 references arrived; largest types: 1,000 string (101.6 KB), 1,000 HeapSnapshotEvidenceTests.User (31.3 KB)",
            result.NoneBecause);
    }

    [Fact]
    public async Task Suspect_NothingHasGrown_SaysWhatThereIsMostOf()
    {
        await Begin(() => Draw(users: 1000));

        EvidenceResult result = await End(() => Draw(users: 300));

        Assert.Empty(result.Suspects);
        Assert.StartsWith("the heap snapshot is incomplete: 30 of 100 references arrived; largest types: 300 string", result.NoneBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Baseline_Incomplete_SaysWhatThereIsMostOf()
    {
        _capture.IncompleteBecause = Missing;

        EvidenceResult result = await Begin(() => Draw(users: 1000));

        Assert.Empty(result.Suspects);
        Assert.StartsWith("the heap snapshot is incomplete: 30 of 100 references arrived; largest types: 1,000 string", result.NoneBecause, StringComparison.Ordinal);
    }

    // The suspicion that comes again near the limit has types alone: who held them is known from the first one.
    [Fact]
    public async Task Suspect_LaterBaselineIncomplete_IsComparedWithTheCompleteOneBefore()
    {
        await Begin(() => Draw(users: 100));
        _time.Advance(TimeSpan.FromDays(1));
        _capture.IncompleteBecause = Missing;
        await Begin(() => Draw(users: 500));

        EvidenceResult result = await End(() => Draw(users: 1000));

        Assert.Contains("; at 2026-03-01 03:12 UTC it held 100 % of them, and at least 900 more", Assert.Single(result.Suspects).NextStep, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _evidence.Dispose();
        _directory.Dispose();
    }

    private Task<EvidenceResult> Begin(Func<HeapPicture> draw) => Collect(EvidencePurpose.Baseline, draw);

    private Task<EvidenceResult> End(Func<HeapPicture> draw)
    {
        _capture.IncompleteBecause = Missing;
        return Collect(EvidencePurpose.Suspect, draw);
    }

    private async Task<EvidenceResult> Collect(EvidencePurpose purpose, Func<HeapPicture> draw)
    {
        _capture.Draw = () => draw().Capture();
        return await _evidence.CollectAsync(
            new EvidenceRequest { Diagnosis = new MemoryDiagnosis { Problem = MemoryProblem.ManagedLeak, Reason = "reason", NextStep = "next" }, Purpose = purpose }, CancellationToken.None);
    }

    private static HeapPicture Draw(int users = 0, int guests = 0, int pages = 0, int copies = 0)
    {
        HeapPicture heap = new();
        Add(nameof(Shop.Users), Of<List<User>>(Of<User[]>(Many(users, MakeUser))), users);
        Add(nameof(Shop.Guests), Of<List<User>>(Of<User[]>(Many(guests, MakeUser))), guests);
        Add(nameof(Shop.Pages), Of<List<byte[]>>(Of<byte[][]>(Many(pages, static () => Of<byte[]>().Sized(4000)))), pages);
        Add(nameof(Shop.Copies), Of<Queue<byte[]>>(Of<byte[][]>(Many(copies, static () => Of<byte[]>().Sized(4000)))), copies);
        return heap;

        void Add(string field, HeapObject held, int count) => _ = count > 0 ? heap.Static(typeof(Shop), field, held) : heap;
    }

    private static HeapPicture DrawCache(int users) =>
        new HeapPicture().Static(typeof(Shop), nameof(Shop.Cache), Of<BoundedCache<int, User>>(Of<object[]>(Many(users, static () => Of<User>().Sized(500)))));

    private static HeapObject MakeUser() => Of<User>(Of<string>().Sized(100));

    private static class Shop
    {
        public static readonly List<User> Users = [];
        public static readonly List<User> Guests = [];
        public static readonly List<byte[]> Pages = [];
        public static readonly Queue<byte[]> Copies = [];
        public static readonly BoundedCache<int, User> Cache = new(new BoundedCacheOptions<int, User> { Capacity = Capacity });
    }

    private sealed class User;
}
