using System.Diagnostics;
using System.IO.Pipelines;
using System.Reactive.Subjects;
using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>What piles up in an object of the framework's or of a library's: what to do about it, and whether it goes by itself.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class KnownPlacesTests
{
    private const string Unsubscribe = "dispose what Subscribe returns when the subscriber's work ends";
    private const string Remove = "remove what is no longer needed, or bound it";
    private static readonly Type MemoryCache = StandIn.Of("Microsoft.Extensions.Caching.Memory", "Microsoft.Extensions.Caching.Memory.MemoryCache");
    private static readonly Type DistributedCache = StandIn.Of("Microsoft.Extensions.Caching.Memory", "Microsoft.Extensions.Caching.Distributed.MemoryDistributedCache");

    /// <summary>Class, its name, next step and when it stops growing.</summary>
    public static TheoryData<Type, string, string, string> Places => new()
    {
        { MemoryCache, "MemoryCache (Page)", "set a SizeLimit and sizes, or use a BoundedCache", "Expiring" },
        { DistributedCache, "MemoryDistributedCache (Page)", "give each entry an expiration, and the cache a smaller SizeLimit", "Expiring" },
        { typeof(DiagnosticListener), "DiagnosticListener (Page)", Unsubscribe, "Lasting" },
        { typeof(Subject<Page>), "Subject<Page>", Unsubscribe, "Lasting" },
        { typeof(BehaviorSubject<Page>), "BehaviorSubject<Page>", Unsubscribe, "Lasting" },
        { typeof(Pipe), "Pipe (Page)", "await each FlushAsync, and leave PauseWriterThreshold on: without them the writer does not wait for the reader", "Lasting" },
        { typeof(SemaphoreSlim), "SemaphoreSlim (Page)", "release the semaphore, or give the wait a timeout or a cancellation token", "Lasting" },
        { StandIn.Of("MemGuard.Caching", "MemGuard.Caching.BoundedMemoryCache"), "BoundedMemoryCache (Page)", Remove, "Filling" },
        { typeof(LeasedCache<int, Page>), "LeasedCache<int, Page>", Remove, "Filling" },
        { typeof(BoundedQueue<Page>), "BoundedQueue<Page>", Remove, "Filling" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void Suspect_PlaceThatIsKnown_SaysWhatEndsIt(Type place, string name, string nextStep, string kind)
    {
        HeapDominator suspect = OfStatic(Of(place, Pages()));

        Assert.Equal("static Shop.s_place → " + name, suspect.Name.Replace("KnownPlacesTests.", "", StringComparison.Ordinal));
        Assert.Equal((nextStep, kind), (suspect.NextStep, suspect.HolderKind.ToString()));
        Assert.Equal((300L, "entries"), (suspect.Count, suspect.CountUnit));
    }

    // What a client or a time takes out again.
    [Theory]
    [InlineData("Microsoft.Extensions.Caching.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.Server.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.Connections.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.Http.Connections.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.SignalR.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.Session.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.OutputCaching.Keeper", HolderKind.Expiring)]
    [InlineData("Microsoft.AspNetCore.Routing.Keeper", HolderKind.Lasting)]
    public void Kind_BelowAClassOfTheFrameworks_GoesWhereThatLetsGo(string keeper, HolderKind kind) =>
        Assert.Equal(kind, OfStatic(Of(StandIn.Of("Microsoft.AspNetCore", keeper), Of<List<Page>>(Pages()), Of<byte[]>().Sized(20_000))).HolderKind);

    // Of the same name, but the application's own.
    [Fact]
    public void Kind_BelowTheApplicationsClassOfThatNamespace_Lasts() =>
        Assert.Equal(HolderKind.Lasting, OfStatic(Of(StandIn.Of("Shop", "Microsoft.AspNetCore.Session.Keeper"), Of<List<Page>>(Pages()), Of<byte[]>().Sized(20_000))).HolderKind);

    private static HeapObject Pages() => Of<object[]>(Many(300, static () => Of<Page>().Sized(200)));

    private static HeapDominator OfStatic(HeapObject held)
    {
        using HeapPicture heap = new();
        return heap.Static(typeof(Shop), "s_place", held).Suspect();
    }

    private sealed class Page;

    private static class Shop
    {
        private static readonly object? s_place;
    }
}
