using System.Collections.ObjectModel;
using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>The field through which one class refers to another, where only their types are known.</summary>
public sealed class EdgeFieldsTests
{
    [Theory]
    [InlineData(typeof(object[]), "_invocationList")]
    [InlineData(typeof(MethodInfo), "_methodBase")]
    [InlineData(typeof(Uri), "_target")]
    public void Find_OfADelegate_IsItsPart(Type child, string expected) => Assert.Equal(expected, EdgeFields.Find(typeof(Action), child));

    [Theory]
    [InlineData(typeof(Two), "(one of _first | _second)")]
    [InlineData(typeof(Three), "(one of _first | _second | _third)")]
    [InlineData(typeof(Four), null)]
    public void Find_SeveralFit_NamesUpToThree(Type holder, string? expected) => Assert.Equal(expected, EdgeFields.Find(holder, typeof(Uri)));

    // A field that can hold anything is locked more often than it holds a thing; of an application's classes only one that says so.
    [Theory]
    [InlineData(typeof(Guarded), typeof(Uri), "_uri")]
    [InlineData(typeof(Guarded), typeof(object), "_mainLock")]
    [InlineData(typeof(Tagged), typeof(Uri), "(one of _tag | _uri)")]
    [InlineData(typeof(OnlyGate), typeof(Uri), "_gate")]
    public void Find_FieldToLock_HoldsNothingElse(Type holder, Type child, string expected) => Assert.Equal(expected, EdgeFields.Find(holder, child));

    [Theory]
    [InlineData(typeof(Tagged), null)]
    [InlineData(typeof(Books), typeof(Collection<Uri>))]
    [InlineData(typeof(MoreBooks), typeof(Collection<Uri>))]
    [InlineData(typeof(List<Uri>), null)]
    [InlineData(typeof(Flagged), null)]
    public void FindFrameworkBase_Class_IsTheFrameworksNearest(Type type, Type? expected) => Assert.Equal(expected, EdgeFields.FindFrameworkBase(type));

    [Theory]
    [InlineData(typeof(Books), "items", true)]
    [InlineData(typeof(MoreBooks), "items.anything", true)]
    [InlineData(typeof(MoreBooks), "_own", false)]
    [InlineData(typeof(MoreBooks), "_nowhere", false)]
    [InlineData(typeof(MoreBooks), "(one of items | _own)", false)]
    [InlineData(typeof(Collection<Uri>), "items", false)]
    [InlineData(typeof(Sourced), "CancelledAt", false)]
    [InlineData(typeof(Roll), "_buffer", true)]
    public void IsFrameworks_PrivateFieldOfTheFrameworksBase_Is(Type holder, string field, bool expected) => Assert.Equal(expected, EdgeFields.IsFrameworks(holder, field));

    private sealed class Two
    {
        private readonly Uri? _first;
        private readonly Uri? _second;
    }

    private sealed class Three
    {
        private readonly Uri? _first;
        private readonly Uri? _second;
        private readonly Uri? _third;
    }

    private sealed class Four
    {
        private readonly Uri? _first;
        private readonly Uri? _second;
        private readonly Uri? _third;
        private readonly Uri? _fourth;
    }

    private sealed class Guarded
    {
        private readonly object? _mainLock;
        private readonly Uri? _uri;
    }

    private sealed class Tagged
    {
        private readonly object? _tag;
        private readonly Uri? _uri;
    }

    private sealed class OnlyGate
    {
        private readonly object? _gate;
    }

    private class Books : Collection<Uri>;

    private sealed class MoreBooks : Books
    {
        private readonly object? _own;
    }

    private sealed class Sourced : CancellationTokenSource
    {
        public DateTime CancelledAt { get; set; }
    }

    private sealed class Roll : MemoryStream;

    private struct Flagged
    {
        public bool IsSet;
    }
}
