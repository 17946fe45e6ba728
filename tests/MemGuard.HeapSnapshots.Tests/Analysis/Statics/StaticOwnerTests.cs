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
        Assert.Equal("StaticOwnerTests.Shop._red", Of("_red").Name);
        Assert.Equal("(one of StaticOwnerTests.Shop._red | StaticOwnerTests.Shop._green | StaticOwnerTests.Shop._blue | StaticOwnerTests.Shop._gold)", Of("_red", "_green", "_blue", "_gold").Name);
        Assert.Equal("(one of 5 fields named _unknown)", Of("_red", "_green", "_blue", "_gold", "_grey").Name);
    }

    [Fact]
    public void IsCertain_OneCandidate_Is()
    {
        Assert.True(Of("_red").IsCertain);
        Assert.False(Of().IsCertain);
        Assert.False(Of("_red", "_green").IsCertain);
    }

    [Fact]
    public void Kind_OfAThread_IsSaid() => Assert.Equal(("static ", "thread static "), (Of("_red").Kind, (Of("_red") with { IsThreadStatic = true }).Kind));

    // One of several candidates may be the application's: then it is not known to be the framework's.
    [Fact]
    public void IsFramework_EveryCandidateIs_Is()
    {
        FieldInfo frameworks = FieldOf(Engine);

        Assert.True(new StaticOwner("s_x", [frameworks]).IsFramework);
        Assert.False(new StaticOwner("s_x", [frameworks, Field("_red")]).IsFramework);
        Assert.False(Of().IsFramework);
        Assert.False(Of("_red").IsFramework);
    }

    [Fact]
    public void IsOwn_EveryCandidateIs_Is()
    {
        FieldInfo own = typeof(AnalysedHeap).Assembly.GetTypes().SelectMany(static type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic)).First();

        Assert.True(new StaticOwner("x", [own]).IsOwn);
        Assert.False(new StaticOwner("x", [own, Field("_red")]).IsOwn);
        Assert.False(Of().IsOwn);
    }

    [Fact]
    public void IsSocketTable_OneCandidateOfTheRuntimesTable_Is()
    {
        Assert.True(new StaticOwner("s_x", [FieldOf(Engine), Field("_red")]).IsSocketTable);
        Assert.False(Of("_red").IsSocketTable);
    }

    [Fact]
    public void IsRuntimeTable_OneCandidateOfTheTimersQueue_Is()
    {
        FieldInfo timers = FieldOf(typeof(object).Assembly.GetType("System.Threading.TimerQueue", throwOnError: true)!);

        Assert.True(new StaticOwner("s_x", [timers, Field("_red")]).IsRuntimeTable);
        Assert.False(Of("_red").IsRuntimeTable);
    }

    [Fact]
    public void IsEvent_FieldOfAnEvent_Is()
    {
        Assert.True(Of(nameof(Shop.Opened)).IsEvent);
        Assert.False(Of("_red").IsEvent);
        Assert.False(Of(nameof(Shop.Opened), "_red").IsEvent);
    }

    // In another process the same, and no other field's: a class of this name may be in another assembly.
    [Fact]
    public void Identity_Field_IsItsAssemblyClassAndName()
    {
        Assert.Equal("MemGuard.HeapSnapshots.Tests:MemGuard.HeapSnapshots.Tests.Analysis.StaticOwnerTests+Shop:_red", Of("_red").Identity);
        Assert.Equal(Of("_red").Identity + "|" + Of("_green").Identity, Of("_red", "_green").Identity);
        Assert.Equal("_unknown", Of().Identity);
    }

    private static StaticOwner Of(params string[] names) => new("_unknown", [.. names.Select(Field)]);

    private static FieldInfo Field(string name) => typeof(Shop).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static FieldInfo FieldOf(Type type) => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).First();

    private static class Shop
    {
        private static readonly object? _red;
        private static readonly object? _green;
        private static readonly object? _blue;
        private static readonly object? _gold;
        private static readonly object? _grey;

        public static event EventHandler? Opened;

        public static void Open() => Opened?.Invoke(null, EventArgs.Empty);
    }
}
