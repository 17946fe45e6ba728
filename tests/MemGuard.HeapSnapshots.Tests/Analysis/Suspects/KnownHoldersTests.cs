using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Reflection;
using System.Text.Json;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Objects pile up below a class of the framework's: the suspect says which, and what its users have to do.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class KnownHoldersTests
{
    private const int Count = 300;
    private const string Unsubscribe = "dispose what Subscribe returns when the subscriber's work ends";

    /// <summary>Class, its static field, what is in it, name and next step.</summary>
    public static TheoryData<Type, string, Type, string, string> Statics => new()
    {
        { typeof(ActivitySource), "s_allListeners", typeof(ActivityListener), "static ActivitySource.s_allListeners → List<ActivityListener>", "create each ActivityListener once and keep it, or dispose it" },
        { typeof(ActivitySource), "s_activeSources", typeof(ActivitySource), "static ActivitySource.s_activeSources → List<ActivitySource>", "create each source once and keep it, or dispose it" },
        { typeof(Meter), "s_allMeters", typeof(Meter), "static Meter.s_allMeters → List<Meter>", "create each meter once and keep it, or dispose it" },
        { typeof(MeterListener), "s_allStartedListeners", typeof(MeterListener), "static MeterListener.s_allStartedListeners → List<MeterListener>", "create each MeterListener once and keep it, or dispose it" },
    };

    [Theory]
    [MemberData(nameof(Statics))]
    public void Suspect_ListOfTheFrameworks_SaysHowToKeepItSmall(Type declaring, string field, Type element, string name, string nextStep)
    {
        Type declared = declaring.GetField(field, BindingFlags.Static | BindingFlags.NonPublic)!.FieldType;
        HeapObject list = Of(typeof(List<>).MakeGenericType(element), Of(element.MakeArrayType(), Many(Count, () => Of(element).Sized(200))));
        using HeapPicture heap = new();
        heap.Static(declaring, field, declared == list.Type ? list : Of(declared, list));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal((name, nextStep), (suspect.Name, suspect.NextStep));
        Assert.Equal((300L, "entries"), (suspect.Count, suspect.CountUnit));
    }

    [Fact]
    public void Suspect_ChainOfDiagnosticListeners_SaysToDisposeSubscriptions()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(DiagnosticListener), "s_allListeners", Chain(static () => Of<DiagnosticListener>()));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(("static DiagnosticListener.s_allListeners → DiagnosticListener", Unsubscribe), (suspect.Name, suspect.NextStep));
        Assert.Equal(300, suspect.Count);
    }

    [Fact]
    public void Suspect_ChainOfEventListeners_IsTheApplicationsClass()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(EventListener), "s_Listeners", Chain(static () => Of<Ear>()));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("static EventListener.s_Listeners → KnownHoldersTests.Ear", suspect.Name);
        Assert.Equal("create each EventListener once and keep it, or dispose it", suspect.NextStep);
    }

    // Each source of events has an entry for each listener.
    [Fact]
    public void Suspect_EntriesOfListenersInASource_AreEventListeners()
    {
        Type source = Core("System.Diagnostics.Tracing.NativeRuntimeEventSource"), entry = Core("System.Diagnostics.Tracing.EventDispatcher");
        using HeapPicture heap = new();
        heap.Static(source, "Log", Of(source, Chain(() => Of(entry, Of<Ear>().Sized(200)))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("event listeners → KnownHoldersTests.Ear", suspect.Name);
        Assert.Equal("create each EventListener once and keep it, or dispose it", suspect.NextStep);
        Assert.Equal((300L, "entries"), (suspect.Count, suspect.CountUnit));
    }

    [Fact]
    public void Suspect_PoolsOfAnHttpHandler_SayToReuseIt()
    {
        Type manager = typeof(HttpClient).Assembly.GetType("System.Net.Http.HttpConnectionPoolManager", throwOnError: true)!;
        HeapDominator suspect = OfCall(Of<HttpClient>(Of<SocketsHttpHandler>(Of(manager, Dictionary()))));

        Assert.Equal("HttpConnectionPoolManager → ConcurrentDictionary<string, KnownHoldersTests.Page>", suspect.Name);
        Assert.Equal("reuse one HttpClient or handler, and a few hosts: each handler keeps pools of connections", suspect.NextStep);
    }

    [Fact]
    public void Suspect_TypesKeptByJsonOptions_SayToReuseTheOptions()
    {
        HeapDominator suspect = OfCall(Of<JsonSerializerOptions>(Dictionary(), Rest()));

        Assert.Equal("JsonSerializerOptions → ConcurrentDictionary<string, KnownHoldersTests.Page>", suspect.Name);
        Assert.Equal("create the options once and reuse them", suspect.NextStep);
    }

    // Said once: the collection is in the options, and the options are not in the collection.
    [Fact]
    public void Suspect_KnownHolderInAStatic_IsNamedOnce() =>
        Assert.Equal("JsonSerializerOptions → ConcurrentDictionary<string, KnownHoldersTests.Page>", OfStatic(Of<JsonSerializerOptions>(Dictionary(), Rest())).Name);

    [Fact]
    public void Suspect_HandlersOfTheClientFactory_SayToUseFewNames()
    {
        Type factory = StandIn.Of("Microsoft.Extensions.Http", "Microsoft.Extensions.Http.DefaultHttpClientFactory");
        HeapDominator suspect = OfCall(Of(factory, Dictionary(), Rest()));

        Assert.Equal("IHttpClientFactory: DefaultHttpClientFactory._held → ConcurrentDictionary<string, KnownHoldersTests.Page>", suspect.Name);
        Assert.Equal("create clients under a few fixed names: the factory keeps a handler for each name", suspect.NextStep);
    }

    [Fact]
    public void Suspect_EntitiesOfAContext_AreItsChangeTrackers()
    {
        Type tracker = typeof(DbContext).Assembly.GetType("Microsoft.EntityFrameworkCore.ChangeTracking.Internal.StateManager", throwOnError: true)!;
        HeapDominator suspect = OfStatic(Of<ShopContext>(Of(tracker, Dictionary())));

        Assert.Equal("static KnownHoldersTests.Shop.s_kept → KnownHoldersTests.ShopContext (change tracker) → KnownHoldersTests.Page", suspect.Name);
        Assert.Equal("end the context with the unit of work (a scope, or IDbContextFactory), or clear its ChangeTracker", suspect.NextStep);
    }

    [Fact]
    public void Suspect_OwnListOfAContext_IsNotItsChangeTrackers() =>
        Assert.DoesNotContain("change tracker", OfStatic(Of<ShopContext>(Dictionary())).Name, StringComparison.Ordinal);

    // A framework's static says whose it is only where what it holds is near: further down it holds what others put there.
    [Theory]
    [InlineData(4, "static HttpClient.s_defaultProxy → List<KnownHoldersTests.Page>")]
    [InlineData(5, "List<KnownHoldersTests.Page>")]
    public void Suspect_FarBelowAFrameworksStatic_IsNotIts(int between, string name) => Assert.Equal(name, OfProxy(Wrap(between, Pages())).Name);

    // However long a chain of links is: it is one step.
    [Fact]
    public void Suspect_BelowLinksOfAFrameworksStatic_IsIts()
    {
        HeapObject links = Of<Tuple<object>>(Pages(), Rest());
        for (int i = 0; i < 20; i++)
        {
            links = Of<Tuple<object>>(links);
        }

        Assert.Equal("static HttpClient.s_defaultProxy → List<KnownHoldersTests.Page>", OfProxy(links).Name);
    }

    [Fact]
    public void Suspect_BelowATimerOfAFrameworksStatic_IsNotIts() => Assert.Equal("List<KnownHoldersTests.Page>", OfProxy(Of(Core("System.Threading.TimerQueueTimer"), Pages(), Rest())).Name);

    [Fact]
    public void Suspect_BelowTheRuntimesTableOfTimers_IsNobodys()
    {
        using HeapPicture heap = new();
        heap.Static(Core("System.Threading.TimerQueue"), "s_scheduledTimers", Of(typeof(List<>).MakeGenericType(Core("System.Threading.TimerQueue")), Of<object[]>(Of<Tuple<object>>(Pages(), Rest()))));

        Assert.Equal("List<KnownHoldersTests.Page>", heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_FarBelowTheApplicationsStatic_IsIts() => Assert.Equal("static KnownHoldersTests.Shop.s_kept → List<KnownHoldersTests.Page>", OfStatic(Wrap(10, Pages())).Name);

    [Fact]
    public void Suspect_ApplicationsObjectBelowAFrameworksStatic_IsTheHolder() =>
        Assert.Equal("KnownHoldersTests.Basket._pages → List<KnownHoldersTests.Page>", OfProxy(Of<Basket>(Pages())).Name);

    [Fact]
    public void Suspect_HeldByTheFrameworkAndTheApplication_IsTheApplications()
    {
        HeapObject basket = Of<Basket>(Pages());
        using HeapPicture heap = new();
        heap.Static(typeof(HttpClient), "s_defaultProxy", Of<System.Net.WebProxy>(basket)).Static(typeof(Shop), "s_kept", Wrap(6, basket));

        Assert.Equal("static KnownHoldersTests.Shop.s_kept → KnownHoldersTests.Basket._pages → List<KnownHoldersTests.Page>", heap.Suspect().Name);
    }

    private static HeapDominator OfStatic(HeapObject held)
    {
        using HeapPicture heap = new();
        return heap.Static(typeof(Shop), "s_kept", held).Suspect();
    }

    private static HeapDominator OfCall(HeapObject held)
    {
        using HeapPicture heap = new();
        return heap.Stack(Of<object[]>(held)).Suspect();
    }

    private static HeapDominator OfProxy(HeapObject held)
    {
        using HeapPicture heap = new();
        return heap.Static(typeof(HttpClient), "s_defaultProxy", Of<System.Net.WebProxy>(held)).Suspect();
    }

    private static HeapObject Wrap(int times, HeapObject held)
    {
        for (int i = 0; i < times; i++)
        {
            held = i % 2 == 0 ? Of<Tuple<object>>(held, Rest()) : Of<Lazy<object>>(held);
        }

        return held;
    }

    // Who holds a seventh of the memory besides is no mere wrapper.
    private static HeapObject Rest() => Of<byte[]>().Sized(100_000);

    private static HeapObject Pages() => Of<List<Page>>(Of<Page[]>(Many(Count, static () => Of<Page>().Sized(2000))));

    private static HeapObject Dictionary() => Of<ConcurrentDictionary<string, Page>>(Of<object[]>(Many(Count, static () => Of<Page>().Sized(2000))));

    private static HeapObject Chain(Func<HeapObject> make)
    {
        HeapObject first = make().Sized(200);
        for (int i = 1; i < Count; i++)
        {
            first = make().Sized(200).Holding(first);
        }

        return first;
    }

    private static Type Core(string name) => typeof(object).Assembly.GetType(name, throwOnError: true)!;

    private sealed class Page;

    private sealed class Basket
    {
        private readonly List<Page>? _pages;
    }

    private sealed class Ear : EventListener;

    private sealed class ShopContext : DbContext;

    private static class Shop
    {
        private static readonly object? s_kept;
    }
}
