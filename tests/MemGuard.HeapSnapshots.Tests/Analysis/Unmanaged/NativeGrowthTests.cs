using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Win32.SafeHandles;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

[Collection(nameof(NativeMemoryGroup))]
public sealed class NativeGrowthTests
{
    [Fact]
    public void Find_TypeWithAFinalizer_IsNamedWithItsHolder()
    {
        using HeapPicture before = Bitmaps(5);
        using HeapPicture after = Bitmaps(519);
        SnapshotData first = before.Analyse();

        NativeGrowth grown = Assert.Single(NativeGrowth.Find(after.Analyse(baseline: first).Native, first.Native));

        Assert.Equal("NativeGrowthTests.Bitmap in static NativeGrowthTests.Thumbnails._pictures", grown.Name);
        Assert.Equal((519L, 514L, "objects"), (grown.Now.Count, grown.Growth, grown.Unit));
        Assert.Contains("dispose each NativeGrowthTests.Bitmap", grown.NextStep, StringComparison.Ordinal);
    }

    // Without a finalizer nothing outside the heap is held.
    [Fact]
    public void Analyse_OrdinaryObjects_AreNotCounted()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Thumbnails), "_pictures", Of<List<object>>(Of<object[]>(Many(50, static () => Of<Plain>()))));

        Assert.DoesNotContain(heap.Analyse().Native, static one => one.Kind == NativeKind.Finalizable);
    }

    [Fact]
    public void Find_AssembliesAndMethods_AreNamedByWhatTheyAre()
    {
        NativeCount[] now = [Count("DynamicProxyGenAssembly*", NativeKind.Assemblies, 792), Count("Pricing.Plugin", NativeKind.Copies, 248), Count("dynamic methods", NativeKind.DynamicMethods, 500)];

        IReadOnlyList<NativeGrowth> grown = NativeGrowth.Find(now, [Count("Pricing.Plugin", NativeKind.Copies, 3)]);

        Assert.Equal(
            ["assemblies DynamicProxyGenAssembly*, made while the process runs", "dynamic methods"],
            grown.Take(2).Select(static one => one.Name));
        Assert.Equal(["assemblies", "methods", "copies"], grown.Select(static one => one.Unit));
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public void Find_AFewMore_AreNoGrowth(int more, int expected) =>
        Assert.Equal(expected, NativeGrowth.Find([Count("Bitmap", NativeKind.Finalizable, 100 + more)], [Count("Bitmap", NativeKind.Finalizable, 100)]).Count);

    [Fact]
    public void Find_SmallBesideTheLargest_IsLeftOut() =>
        Assert.Equal(["Bitmap"], NativeGrowth.Find([Count("Socket", NativeKind.Finalizable, 20), Count("Bitmap", NativeKind.Finalizable, 1000)], []).Select(static one => one.Name));

    [Theory]
    [InlineData(299, 1)]
    [InlineData(300, 2)]
    public void Find_ThreeTenthsOfTheLargest_AreWorthAWord(long growth, int expected) =>
        Assert.Equal(expected, NativeGrowth.Find([Count("Socket", NativeKind.Finalizable, growth), Count("Bitmap", NativeKind.Finalizable, 1000)], []).Count);

    [Fact]
    public void Find_OneNameTwiceBefore_IsComparedWithTheSum() =>
        Assert.Empty(NativeGrowth.Find([Count("Bitmap", NativeKind.Finalizable, 100)], [Count("Bitmap", NativeKind.Finalizable, 50), Count("Bitmap", NativeKind.Finalizable, 50)]));

    [Fact]
    public void Find_TwoGrowAlike_TheOneThatSomebodyHoldsComesFirst()
    {
        NativeCount held = Count("Bitmap", NativeKind.Finalizable, 100) with { Holder = "static A._pictures" };

        Assert.Equal(["Bitmap in static A._pictures", "Handle"], NativeGrowth.Find([Count("Handle", NativeKind.Finalizable, 100), held], []).Select(static one => one.Name));
    }

    [Theory]
    [InlineData(NativeKind.Assemblies, "make each of them once and reuse it: what is made is never unloaded")]
    [InlineData(NativeKind.Copies, "unload each load context and let go of everything from it")]
    [InlineData(NativeKind.DynamicMethods, "compile each expression or pattern once and reuse the delegate")]
    [InlineData(NativeKind.Finalizable, "dispose each X when it is no longer needed")]
    public void NextStep_Kind_SaysWhatEndsIt(object kind, string nextStep) => Assert.Equal(nextStep, new NativeGrowth(Count("X", (NativeKind)kind, 20), 20).NextStep);

    [Fact]
    public void Name_Copies_SaysWhereTheyAre() =>
        Assert.Equal("copies of the assembly X, each in a load context of its own", new NativeGrowth(Count("X", NativeKind.Copies, 20), 20).Name);

    // The handle is the framework's: what the application has opened is around it, with two of them here.
    [Fact]
    public void Find_HandlesInsideOfWhatWasOpened_AreNamedByIt()
    {
        using HeapPicture before = Files(5);
        using HeapPicture after = Files(50);
        SnapshotData first = before.Analyse();

        NativeGrowth grown = Assert.Single(NativeGrowth.Find(after.Analyse(baseline: first).Native, first.Native), static one => one.Now.Opened is not null);

        Assert.Equal("MemoryMappedFile in static NativeGrowthTests.Thumbnails._pictures", grown.Name);
        Assert.Equal("dispose each MemoryMappedFile when it is no longer needed", grown.NextStep);
    }

    // One service with many handles is not what to dispose of.
    [Fact]
    public void Find_HandlesOfOneObject_AreNamedByTheirOwnType()
    {
        using HeapPicture before = new();
        using HeapPicture after = new();
        before.Static(typeof(Thumbnails), "_pictures", Of<Gallery>(Of<List<Bitmap>>(Of<Bitmap[]>())));
        after.Static(typeof(Thumbnails), "_pictures", Of<Gallery>(Of<List<Bitmap>>(Of<Bitmap[]>(Many(50, static () => Of<Bitmap>())))));

        SnapshotData first = before.Analyse();

        Assert.StartsWith("NativeGrowthTests.Bitmap in ", Assert.Single(NativeGrowth.Find(after.Analyse(baseline: first).Native, first.Native)).Name, StringComparison.Ordinal);
    }

    // A value of an unloaded assembly's in an execution context.
    [Fact]
    public void Analyse_HolderKnownByNameOnly_IsNoFailure()
    {
        Type map = typeof(object).Assembly.GetType("System.Threading.AsyncLocalValueMap+OneElementAsyncLocalValueMap", throwOnError: true)!;
        HeapObject local = Of<AsyncLocal<object>>();
        using HeapPicture heap = new();
        heap.Static(typeof(Thumbnails), "s_plugin", local).Stack(Of<ExecutionContext>(Of(map, local, Named("Plugin.Cart", Many(50, static () => Of<Bitmap>())))));

        NativeCount bitmaps = Assert.Single(heap.Analyse().Native, static one => one.Name == "NativeGrowthTests.Bitmap");

        Assert.Equal((50L, "async local static NativeGrowthTests.Thumbnails.s_plugin → Plugin.Cart"), (bitmaps.Count, bitmaps.Holder));
    }

    // As many tenants as before; each has opened more.
    [Theory]
    [InlineData(1, 100)]
    [InlineData(1, 2)]
    public void Find_MoreHandlesInTheSameObjects_AreNamedByTheirOwnType(int handlesBefore, int handles)
    {
        using HeapPicture before = Galleries(20, handlesBefore);
        using HeapPicture after = Galleries(20, handles);
        SnapshotData first = before.Analyse();

        NativeGrowth grown = Assert.Single(NativeGrowth.Find(after.Analyse(baseline: first).Native, first.Native));

        Assert.StartsWith("NativeGrowthTests.Bitmap in ", grown.Name, StringComparison.Ordinal);
        Assert.Contains("dispose each NativeGrowthTests.Bitmap", grown.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_MoreObjectsWithAHandleEach_AreNamedByTheObjects()
    {
        using HeapPicture before = Galleries(20, 1);
        using HeapPicture after = Galleries(60, 1);
        SnapshotData first = before.Analyse();

        NativeGrowth grown = Assert.Single(NativeGrowth.Find(after.Analyse(baseline: first).Native, first.Native));

        Assert.StartsWith("NativeGrowthTests.Gallery in ", grown.Name, StringComparison.Ordinal);
    }

    // Plugins are counted by the assemblies that they load.
    [Fact]
    public void Analyse_LoadContexts_AreNotCounted()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Thumbnails), "_pictures", Of<List<object>>(Of<object[]>(Many(50, static () => Of<Plugin>()))));

        Assert.DoesNotContain(heap.Analyse().Native, static one => one.Kind == NativeKind.Finalizable);
    }

    private static HeapPicture Files(int count) => new HeapPicture().Static(
        typeof(Thumbnails),
        "_pictures",
        Of<List<MemoryMappedFile>>(Of<MemoryMappedFile[]>(Many(count, static () => Of<MemoryMappedFile>(Of<SafeMemoryMappedFileHandle>(Of<Bitmap>()))))));

    private static HeapPicture Galleries(int count, int handles) => new HeapPicture().Static(
        typeof(Thumbnails),
        "_pictures",
        Of<List<Gallery>>(Of<Gallery[]>(Many(count, () => Of<Gallery>(Of<List<Bitmap>>(Of<Bitmap[]>(Many(handles, static () => Of<Bitmap>()))))))));

    private static HeapPicture Bitmaps(int count) =>
        new HeapPicture().Static(typeof(Thumbnails), "_pictures", Of<List<Bitmap>>(Of<Bitmap[]>(Many(count, static () => Of<Bitmap>()))));

    private static NativeCount Count(string name, NativeKind kind, long count) => new() { Name = name, Kind = kind, Count = count };

    private sealed class Plain;

    private sealed class Plugin() : AssemblyLoadContext(isCollectible: true);

    private sealed class Gallery : IDisposable
    {
        private readonly List<Bitmap>? _pictures;

        public void Dispose() => GC.KeepAlive(_pictures);
    }

    private sealed class Bitmap() : SafeHandle(0, true)
    {
        public override bool IsInvalid => true;

        protected override bool ReleaseHandle() => true;
    }

    private static class Thumbnails
    {
        private static readonly object? _pictures;
        private static readonly AsyncLocal<object>? s_plugin;
    }
}
