using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>A static field in words, of as many candidates as fit.</summary>
public sealed class StaticOwnerTests
{
    private static readonly Type Engine = typeof(System.Net.Sockets.Socket).Assembly.GetType("System.Net.Sockets.SocketAsyncEngine", throwOnError: true)!;

    [Fact]
    public void Name_Candidates_AreListedUpToFour()
    {
        Assert.Equal("_unknown", Of().Name);
        Assert.Equal("StaticOwnerTests.Shop._a", Of("_a").Name);
        Assert.Equal("(one of StaticOwnerTests.Shop._a | StaticOwnerTests.Shop._b | StaticOwnerTests.Shop._c | StaticOwnerTests.Shop._d)", Of("_a", "_b", "_c", "_d").Name);
        Assert.Equal("(one of 5 fields named _unknown)", Of("_a", "_b", "_c", "_d", "_e").Name);
    }

    [Fact]
    public void IsCertain_OneCandidate_Is()
    {
        Assert.True(Of("_a").IsCertain);
        Assert.False(Of().IsCertain);
        Assert.False(Of("_a", "_b").IsCertain);
    }

    [Fact]
    public void Kind_OfAThread_IsSaid() => Assert.Equal(("static ", "thread static "), (Of("_a").Kind, (Of("_a") with { IsThreadStatic = true }).Kind));

    // One of several candidates may be the application's: then it is not known to be the framework's.
    [Fact]
    public void IsFramework_EveryCandidateIs_Is()
    {
        FieldInfo frameworks = FieldOf(Engine);

        Assert.True(new StaticOwner("s_x", [frameworks]).IsFramework);
        Assert.False(new StaticOwner("s_x", [frameworks, Field("_a")]).IsFramework);
        Assert.False(Of().IsFramework);
        Assert.False(Of("_a").IsFramework);
    }

    [Fact]
    public void IsOwn_EveryCandidateIs_Is()
    {
        FieldInfo own = typeof(AnalysedHeap).Assembly.GetTypes().SelectMany(static type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic)).First();

        Assert.True(new StaticOwner("x", [own]).IsOwn);
        Assert.False(new StaticOwner("x", [own, Field("_a")]).IsOwn);
        Assert.False(Of().IsOwn);
    }

    [Fact]
    public void IsSocketTable_OneCandidateOfTheRuntimesTable_Is()
    {
        Assert.True(new StaticOwner("s_x", [FieldOf(Engine), Field("_a")]).IsSocketTable);
        Assert.False(Of("_a").IsSocketTable);
    }

    [Fact]
    public void IsRuntimeTable_OneCandidateOfTheTimersQueue_Is()
    {
        FieldInfo timers = FieldOf(typeof(object).Assembly.GetType("System.Threading.TimerQueue", throwOnError: true)!);

        Assert.True(new StaticOwner("s_x", [timers, Field("_a")]).IsRuntimeTable);
        Assert.False(Of("_a").IsRuntimeTable);
    }

    [Fact]
    public void IsEvent_FieldOfAnEvent_Is()
    {
        Assert.True(Of(nameof(Shop.Opened)).IsEvent);
        Assert.False(Of("_a").IsEvent);
        Assert.False(Of(nameof(Shop.Opened), "_a").IsEvent);
    }

    // In another process the same, and no other field's: a class of this name may be in another assembly.
    [Fact]
    public void Identity_Field_IsItsAssemblyClassAndName()
    {
        Assert.Equal("MemGuard.HeapSnapshots.Tests:MemGuard.HeapSnapshots.Tests.Analysis.StaticOwnerTests+Shop:_a", Of("_a").Identity);
        Assert.Equal(Of("_a").Identity + "|" + Of("_b").Identity, Of("_a", "_b").Identity);
        Assert.Equal("_unknown", Of().Identity);
    }

    private static StaticOwner Of(params string[] names) => new("_unknown", [.. names.Select(Field)]);

    private static FieldInfo Field(string name) => typeof(Shop).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static FieldInfo FieldOf(Type type) => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).First();

    private static class Shop
    {
        private static readonly object? _a;
        private static readonly object? _b;
        private static readonly object? _c;
        private static readonly object? _d;
        private static readonly object? _e;

        public static event EventHandler? Opened;

        public static void Open() => Opened?.Invoke(null, EventArgs.Empty);
    }
}
