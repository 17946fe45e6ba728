using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>The order is the runtime's: boxed values first, then references, each in the order of the source.</summary>
public sealed class StaticLayoutTests
{
    private readonly StaticLayout _layout = new();

    [Fact]
    public void Of_ValuesAndReferences_BoxedValuesComeFirst() =>
        Assert.Equal(["_rate", "_pair", "_first", "_names", "_last"], _layout.Of(typeof(Mixed)).Select(static field => field.Name));

    [Fact]
    public void Of_FieldsThatHoldNoObject_AreLeftOut() => Assert.Empty(_layout.Of(typeof(NoObjects)));

    [Fact]
    public void Of_InheritedFields_BelongToTheirOwnClass() => Assert.Equal(["_own"], _layout.Of(typeof(Derived)).Select(static field => field.Name));

    [Fact]
    public void Of_Twice_IsTheSameList() => Assert.Same(_layout.Of(typeof(Mixed)), _layout.Of(typeof(Mixed)));

    private static class Mixed
    {
        private static readonly object? _first;
        private static readonly decimal _rate;
        private static readonly int _number;
        private static readonly string? _names;
        private static readonly (object, int) _pair;
        private static readonly DayOfWeek _day;
        private static readonly int[]? _last;
        private const string Constant = "constant";

        [ThreadStatic]
        private static object? _perThread;
    }

    private static unsafe class NoObjects
    {
        private const string Constant = "constant";
        private static readonly int _number;
        private static readonly DayOfWeek _day;
        private static readonly int* _pointer;
        private static readonly delegate*<void> _function;

        [ThreadStatic]
        private static List<string>? _perThread;

        // An array's content lies in the image: its field is a value without an object.
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static ReadOnlySpan<int> Content() => [1, 2, 3, 5, 8, 13, 21];
    }

    private class Base
    {
        private static readonly object? _inherited;
    }

    private sealed class Derived : Base
    {
        private static readonly object? _own;
    }
}
