using System.Reflection;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Callbacks and waits pile up: the suspect says who is called, and who waits.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class CallbacksTests
{
    private static readonly Assembly Sockets = typeof(System.Net.Sockets.Socket).Assembly;

    [Theory]
    [InlineData(typeof(Func<int>), "Turn")]
    [InlineData(typeof(Action), "Close")]
    [InlineData(typeof(Func<string, bool>), "Has")]
    public void Suspect_Callbacks_AreNamedByTheMethodThatFits(Type callback, string method) =>
        Assert.Equal("CallbacksTests.Page." + method, Suspect(callback, () => Of(callback, Of<Page>().Sized(200))).ElementTypeName);

    // Two methods of the class fit: which of them is called is not known.
    [Fact]
    public void Suspect_SeveralMethodsFit_IsNamedByTheClass() => Assert.Equal("CallbacksTests.Page", Suspect(typeof(Action<int>), static () => Of<Action<int>>(Of<Page>().Sized(200))).ElementTypeName);

    // The framework puts the application's callback into one of its own.
    [Fact]
    public void Suspect_CallbackInACallbackOfTheFrameworks_IsTheInnerOne() =>
        Assert.Equal("CallbacksTests.Page.Close", Suspect(typeof(Action<object>), static () => Of<Action<object>>(Of<Tuple<Action>>(Of<Action>(Of<Page>().Sized(200))))).ElementTypeName);

    [Fact]
    public void Suspect_SameCallbackTwiceInOneOfTheFrameworks_IsTheInnerOne() => Assert.Equal(
        "CallbacksTests.Page.Close",
        Suspect(typeof(Action<object>), static () =>
        {
            HeapObject inner = Of<Action>(Of<Page>().Sized(200));
            return Of<Action<object>>(Of<Tuple<Action, Action>>(inner, inner));
        }).ElementTypeName);

    [Fact]
    public void Suspect_TwoCallbacksInOneOfTheFrameworks_IsThatOne() => Assert.Equal(
        "Tuple<Action, Func<int>>",
        Suspect(typeof(Action<object>), static () => Of<Action<object>>(Of<Tuple<Action, Func<int>>>(Of<Action>(Of<Page>().Sized(200)), Of<Func<int>>(Of<Page>().Sized(200))))).ElementTypeName);

    // Nobody of the application's is there: then the first class that an application knows.
    [Fact]
    public void Suspect_SocketsOfALibrary_AreNamedByIt()
    {
        Type connection = StandIn.Of("Microsoft.Data.SqlClient", "Microsoft.Data.SqlClient.SqlConnection");

        HeapDominator suspect = OpenSockets(() => Of<System.IO.Pipelines.Pipe>(Of(connection).Sized(500)));

        Assert.Equal("open sockets → SqlConnection", suspect.Name);
        Assert.Equal("dispose each SqlConnection when its work ends, and bound how many are open", suspect.NextStep);
    }

    [Fact]
    public void Suspect_SocketsOfNobodyKnown_AreSockets()
    {
        HeapDominator suspect = OpenSockets(static () => Of<System.IO.Pipelines.Pipe>(Of<byte[]>().Sized(500)));

        Assert.Equal(("open sockets", 500L, "open sockets"), (suspect.Name, suspect.Count, suspect.CountUnit));
        Assert.Equal("close connections when their work ends, and bound how many are open", suspect.NextStep);
    }

    // The last of the row has most: it is a long way through its like from the first.
    [Fact]
    public void Suspect_LastOfManyAsyncCallsBehindEachOther_WaitsForTheFirst()
    {
        Type call = WaitAsync().GetType();
        HeapObject[] calls = [.. Many(59, () => Of(call, Of<Page>().Sized(500))), Of(call, Of<Page>().Sized(9000))];
        for (int i = 1; i < calls.Length; i++)
        {
            calls[i - 1].Holding(calls[i]);
        }

        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_gate", Of<TaskCompletionSource>(calls[0])).Stack(Of<List<Task>>(Of<Task[]>(calls)));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(("waiting continuations", HolderKind.Unknown), (suspect.CountUnit, suspect.HolderKind));
        Assert.Equal("complete the task they wait for, or give the wait a timeout or a cancellation token", suspect.NextStep);
    }

    private static HeapDominator Suspect(Type callback, Func<HeapObject> make)
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_calls", Of(typeof(List<>).MakeGenericType(callback), Of(callback.MakeArrayType(), Many(300, make))));
        return heap.Suspect();
    }

    private static HeapDominator OpenSockets(Func<HeapObject> opened)
    {
        Type context = Sockets.GetType("System.Net.Sockets.SocketAsyncContext", throwOnError: true)!;
        using HeapPicture heap = new();
        heap.Static(
            Sockets.GetType("System.Net.Sockets.SocketAsyncEngine", throwOnError: true)!,
            "s_registeredContexts",
            Of(context.MakeArrayType(), Many(500, () => Of(context, Of<Action<int, Memory<byte>>>(opened())))));
        return heap.Suspect();
    }

    private static async Task WaitAsync() => await new TaskCompletionSource().Task.ConfigureAwait(false);

    private sealed class Page
    {
        public int Turn() => 1;

        public void Close() => ToString();

        public bool Has(string word) => ToString() == word;

        public void Open(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public void Skip(int number) => Open(number);
    }

    private static class Shop
    {
        private static readonly object? s_calls;
        private static readonly TaskCompletionSource? s_gate;
    }
}
