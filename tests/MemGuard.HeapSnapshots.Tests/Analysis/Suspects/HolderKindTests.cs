using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>A heap is drawn; the heaviest leak suspect is what says when it stops growing.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class HolderKindTests
{
    [Fact]
    public void Kind_StaticList_Lasts() => Assert.Equal(HolderKind.Lasting, OfStatic(Orders<Order>()));

    [Fact]
    public void Kind_ListInAHandle_Lasts()
    {
        using HeapPicture heap = new();
        heap.Root(Orders<Order>(), HeapRootKind.Handle);

        Assert.Equal(HolderKind.Lasting, heap.Suspect().HolderKind);
    }

    [Fact]
    public void Kind_LocalVariableOfAMethod_IsAtWork()
    {
        using HeapPicture heap = new();
        heap.Stack(Orders<Order>());

        Assert.Equal(HolderKind.RunningWork, heap.Suspect().HolderKind);
    }

    [Fact]
    public void Kind_VariableOfAnAsyncMethodInAStaticList_IsAtWork() => Assert.Equal(HolderKind.RunningWork, OfStatic(Of<List<Task>>(Of<object[]>(Machine(Orders<Order>())))));

    // At one time, and not behind each other.
    [Fact]
    public void Kind_ManyIndependentAsyncMethods_AreAtWork()
    {
        using HeapPicture heap = new();
        Array.ForEach(Many(60, static () => Machine(Of<Order>().Sized(500))), one => heap.Stack(one));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(HolderKind.RunningWork, suspect.HolderKind);
        Assert.NotEqual("waiting continuations", suspect.CountUnit);
        Assert.DoesNotContain("complete the task", suspect.NextStep ?? "", StringComparison.Ordinal);
    }

    // The async local is static; its value goes with the execution context.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Kind_ValueOfAnAsyncLocal_IsAtWork(bool isUsers)
    {
        Type map = typeof(object).Assembly.GetType("System.Threading.AsyncLocalValueMap+OneElementAsyncLocalValueMap", throwOnError: true)!;
        HeapObject local = Of<AsyncLocal<object>>();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_local", local).Stack(Of<ExecutionContext>(Of(map, local, isUsers ? Of<Basket>(Orders<Order>()) : Orders<Order>())));

        HeapDominator suspect = heap.Suspect();

        Assert.Contains("async local static", suspect.Name, StringComparison.Ordinal);
        Assert.Equal(HolderKind.RunningWork, suspect.HolderKind);
    }

    [Fact]
    public void Kind_BoundedCache_Fills() =>
        Assert.Equal(HolderKind.Filling, OfStatic(Of<BoundedCache<int, Order>>(Of<object[]>(Many(500, static () => Of<Order>().Sized(500))))));

    [Fact]
    public void Kind_ListInAnEntryOfABoundedCache_IsNotBoundedByIt() =>
        Assert.Equal(HolderKind.Lasting, OfStatic(Of<BoundedCache<int, List<Order>>>(Of<object[]>(Orders<Order>()))));

    [Theory]
    [InlineData(typeof(WithTimer), HolderKind.Expiring)]
    [InlineData(typeof(WithTime), HolderKind.Expiring)]
    [InlineData(typeof(Order), HolderKind.Lasting)]
    public void Kind_EntriesThatSayWhenTheyEnd_Expire(Type element, HolderKind expected) =>
        Assert.Equal(expected, element == typeof(WithTimer) ? OfStatic(Orders<WithTimer>()) : element == typeof(WithTime) ? OfStatic(Orders<WithTime>()) : OfStatic(Orders<Order>()));

    private static HolderKind OfStatic(HeapObject held)
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "_orders", held);
        return heap.Suspect().HolderKind;
    }

    private static HeapObject Orders<T>() => Of<List<T>>(Of<T[]>(Many(500, static () => Of<T>().Sized(500))));

    // The framework's box around the state machine, as the runtime allocates it.
    private static HeapObject Machine(HeapObject variable)
    {
        Task running = Import();
        return Of(running.GetType(), variable);
    }

    private static async Task Import()
    {
        await new TaskCompletionSource().Task.ConfigureAwait(false);
    }

    private sealed class Shop
    {
        private static readonly object? _orders;
        private static readonly AsyncLocal<object>? s_local;
    }

    private sealed class Order;

    private sealed class Basket
    {
        private readonly List<Order>? _orders;
    }

    private sealed class WithTimer
    {
        public Timer? Timer { get; set; }
    }

    private sealed class WithTime
    {
        public DateTimeOffset ExpiresAt { get; set; }
    }
}
