using System.Runtime.InteropServices;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Who holds what memory outside the heap hangs on.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class NativeHoldersTests
{
    // Holders are looked for of a few types only: of those that have grown most, however many others there are.
    [Fact]
    public void Analyse_MoreTypesThanAreLookedInto_NamesTheHolderOfTheOneThatGrew()
    {
        using HeapPicture before = Pictures(5);
        using HeapPicture after = Pictures(50);

        NativeCount[] counts = [.. after.Analyse(baseline: before.Analyse()).Native.Where(static one => one.Kind == NativeKind.Finalizable)];

        Assert.Equal(16, counts.Length);
        Assert.Equal(("NativeHoldersTests.Picture", 50L, "static NativeHoldersTests.Gallery.s_pictures"), (counts[0].Name, counts[0].Count, counts[0].Holder));
        Assert.Equal(10, counts.Count(static one => one.Holder is not null));
    }

    // A few of many are looked at, from the first to the last of them.
    [Fact]
    public void Analyse_TwoHolders_NamesTheOneThatHasMost()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Gallery), "s_old", List<Picture>(45)).Static(typeof(Gallery), "s_pictures", List<Picture>(400));

        NativeCount pictures = Assert.Single(heap.Analyse().Native, static one => one.Name == "NativeHoldersTests.Picture");

        Assert.Equal((445L, "static NativeHoldersTests.Gallery.s_pictures"), (pictures.Count, pictures.Holder));
    }

    [Fact]
    public void Analyse_MethodsMadeWhileTheProcessRuns_AreCountedAsThem()
    {
        Type resolver = typeof(object).Assembly.GetType("System.Reflection.Emit.DynamicResolver", throwOnError: true)!;
        using HeapPicture heap = new();
        heap.Static(typeof(Gallery), "s_pictures", Of<List<object>>(Of<object[]>(Many(20, () => Of(resolver)))));

        NativeCount methods = Assert.Single(heap.Analyse().Native, static one => one.Kind == NativeKind.DynamicMethods);

        Assert.Equal(("dynamic methods", 20L), (methods.Name, methods.Count));
    }

    // What has a finalizer itself is what to dispose of, whatever is around it.
    [Fact]
    public void Analyse_FinalizableThatIsNoHandle_IsNotOpenedBySomethingElse()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Gallery), "s_pictures", Of<List<Frame>>(Of<Frame[]>(Many(50, static () => Of<Frame>(Of<Picture>())))));

        NativeCount pictures = Assert.Single(heap.Analyse().Native, static one => one.Name == "NativeHoldersTests.Picture");

        Assert.Equal((null, 0L), (pictures.Opened, pictures.OpenedCount));
    }

    [Theory]
    [InlineData(1, "NativeHoldersTests.Frame", 40)]
    [InlineData(3, null, 0)]
    public void Analyse_HandlesInObjectsToDispose_AreOpenedByThoseIfThereIsOneForEach(int handles, string? opened, int count)
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Gallery), "s_pictures", Of<List<Frame>>(Of<Frame[]>(Many(40, () => Of<Frame>(Of<object[]>(Many(handles, static () => Of<Handle>())))))));

        NativeCount found = Assert.Single(heap.Analyse().Native, static one => one.Name == "NativeHoldersTests.Handle");

        Assert.Equal((opened, (long)count), (found.Opened, found.OpenedCount));
    }

    private static HeapPicture Pictures(int count)
    {
        HeapPicture heap = new();
        heap.Static(typeof(Gallery), "s_pictures", List<Picture>(count));
        Type[] others = [.. typeof(Fifteen).GetNestedTypes()];
        return heap.Static(typeof(Gallery), "s_others", Of<List<object>>(Of<object[]>([.. others.SelectMany(static type => Many(100, () => Of(type)))])));
    }

    private static HeapObject List<T>(int count) => Of<List<T>>(Of<T[]>(Many(count, static () => Of<T>())));

    private class Picture
    {
        ~Picture() => GC.KeepAlive(null);
    }

    private sealed class Frame : IDisposable
    {
        private readonly object? _inner;

        public void Dispose() => GC.KeepAlive(_inner);
    }

    private sealed class Handle() : SafeHandle(0, true)
    {
        public override bool IsInvalid => true;

        protected override bool ReleaseHandle() => true;
    }

    private static class Fifteen
    {
        public sealed class A : Picture;

        public sealed class B : Picture;

        public sealed class C : Picture;

        public sealed class D : Picture;

        public sealed class E : Picture;

        public sealed class F : Picture;

        public sealed class G : Picture;

        public sealed class H : Picture;

        public sealed class I : Picture;

        public sealed class J : Picture;

        public sealed class K : Picture;

        public sealed class L : Picture;

        public sealed class M : Picture;

        public sealed class N : Picture;

        public sealed class O : Picture;
    }

    private static class Gallery
    {
        private static readonly object? s_pictures;
        private static readonly object? s_old;
        private static readonly object? s_others;
    }
}
