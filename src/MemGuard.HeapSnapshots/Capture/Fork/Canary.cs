using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A small graph of known shape that every fork capture must find exactly: else what it says of other objects is not believed either.</summary>
internal sealed class Canary : IDisposable
{
    private const int Length = 40;
    private const int LargeBytes = 90_000;
    private const int PinnedBytes = 1_000;
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    private static readonly Node Kept = Make();

    [ThreadStatic]
    private static Node? _perThread;

    private readonly Node _head = Make();
    private readonly Node _value = Make();

    // Never read-only: freeing would free a copy, and once more would free what the slot holds by then, which may be the runtime's own thread.
    private GCHandle _strong;
    private GCHandle _pinned;
    private GCHandle _weak;
    private GCHandle _weakToValue;
    private GCHandle _kept;
    private GCHandle _large;
    private DependentHandle _dependent;
    private int _isDisposed;

    public Canary()
    {
        _strong = GCHandle.Alloc(_head);
        _pinned = GCHandle.Alloc(GC.AllocateArray<byte>(PinnedBytes, pinned: true), GCHandleType.Pinned);
        _weak = GCHandle.Alloc(this, GCHandleType.Weak);
        _weakToValue = GCHandle.Alloc(_value, GCHandleType.Weak);
        _kept = GCHandle.Alloc(Kept);
        _large = GCHandle.Alloc(new byte[LargeBytes]);
        _dependent = new DependentHandle(_head, _value);
        _ = Constructed<Canary>.Held;
    }

    /// <summary>To be called by the thread that is about to copy the process.</summary>
    public static void Prepare() => _perThread ??= Kept;

    /// <returns>What is not as it must be; null when all was found.</returns>
    public string? FindDifference(MemoryView view, ObjectList objects, ObjectTypes types, CapturedHeap heap, IFieldPlaces places)
    {
        Finder finder = new(view, objects, types, places);
        ulong head = TargetOf(view, _strong);
        ulong kept = TargetOf(view, _kept);
        ulong value = TargetOf(view, _weakToValue);
        ulong pinned = TargetOf(view, _pinned);
        return finder.FindBreak(head) ?? finder.FindBreak(kept) ?? finder.FindBreak(value)
            ?? (finder.IsArray(pinned, PinnedBytes) && finder.IsArray(TargetOf(view, _large), LargeBytes) ? null : "a large or pinned array")
            ?? (heap.Roots.Contains(new HeapRoot(head, HeapRootKind.Handle, false)) && heap.Roots.Contains(new HeapRoot(pinned, HeapRootKind.Handle, true)) ? null : "a handle")
            ?? (heap.Roots.Contains(new HeapRoot(TargetOf(view, _weak), HeapRootKind.Handle, false)) ? "a weak handle" : null)
            ?? (heap.DependentPairs.Contains(new DependentPair(head, value)) ? null : "a dependent handle")
            ?? (HasStatic(heap, typeof(Canary), nameof(Kept), kept, false) ? null : "a static field")
            ?? (HasStatic(heap, typeof(Canary), nameof(_perThread), kept, true) ? null : "a thread static")
            ?? (HasStatic(heap, typeof(Constructed<Canary>), nameof(Constructed<Canary>.Held), kept, false) ? null : "a static field of a generic class");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _strong.Free();
        _pinned.Free();
        _weak.Free();
        _weakToValue.Free();
        _kept.Free();
        _large.Free();
        _dependent.Dispose();
    }

    private static Node Make()
    {
        Node? head = null;
        for (int i = 0; i < Length; i++)
        {
            head = new Node { Next = head, Data = new byte[16 + (8 * i)], Places = [new Place { Number = i, Held = head }] };
        }

        return head!;
    }

    private static ulong TargetOf(MemoryView view, GCHandle handle) => view.ReadUInt64((ulong)GCHandle.ToIntPtr(handle) & ~1UL);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The fields are used in this file.")]
    private static bool HasStatic(CapturedHeap heap, Type declaring, string name, ulong held, bool isThreadStatic)
    {
        FieldInfo field = declaring.GetField(name, Declared)!;
        return heap.Statics.Any(found => found.Address == held && found.Owner is { } owner && owner.Declaring == declaring && owner.FieldToken == field.MetadataToken && owner.IsThreadStatic == isThreadStatic);
    }

    /// <summary>Compares the known lists with the frozen heap.</summary>
    private sealed class Finder(MemoryView view, ObjectList objects, ObjectTypes types, IFieldPlaces places)
    {
        private readonly ulong _next = OffsetOf(places, typeof(Node), nameof(Node.Next));
        private readonly ulong _data = OffsetOf(places, typeof(Node), nameof(Node.Data));
        private readonly ulong _places = OffsetOf(places, typeof(Node), nameof(Node.Places));
        private readonly ulong _held = OffsetOf(places, typeof(Place), nameof(Place.Held));

        public string? FindBreak(ulong head)
        {
            ulong node = head;
            for (int i = Length - 1; i >= 0; i--)
            {
                ulong next = Is(node, typeof(Node)) ? view.ReadUInt64(node + _next) : 0;
                ulong array = next == 0 && i > 0 ? 0 : view.ReadUInt64(node + _places);
                if (array == 0 || !Is(array, typeof(Place[])) || view.ReadUInt64(array + 16 + _held) != next || !IsArray(view.ReadUInt64(node + _data), 16 + (8 * i)))
                {
                    return "a list of objects";
                }

                node = next;
            }

            return node == 0 ? null : "a list of objects";
        }

        public bool IsArray(ulong address, int length) =>
            Is(address, typeof(byte[])) && view.ReadUInt32(address + 8) == length && objects.Find(address) is { Entry.Units: uint units } && units == (uint)((24 + length + 7) / 8);

        private bool Is(ulong address, Type type) =>
            objects.Find(address) is { } found && found.Address == address && types.Ids[found.Entry.Type] == (ulong)type.TypeHandle.Value;

        [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The fields are used in this file.")]
        private static ulong OffsetOf(IFieldPlaces places, Type type, string name) =>
            places.FindOffset(type.GetField(name, Declared)!) is { } offset ? (ulong)offset : throw new InvalidDataException("the runtime's description of fields has another form");
    }

    private struct Place
    {
        public int Number;
        public Node? Held;
    }

    private static class Constructed<T>
    {
        public static Node? Held = Kept;
    }

    private sealed class Node
    {
        public Node? Next;
        public byte[]? Data;
        public Place[]? Places;
    }
}
