using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>The change that a way of taking memory must cause, in parts of the size taken; null when only the list of maps can tell.</summary>
internal sealed record AttributionTruth(double GCHeap = 0, double Used = 0, double Free = 0, double Other = 0, double Shared = 0, double File = 0);

/// <summary>One way of taking memory.</summary>
/// <param name="Take">Takes so many megabytes and returns what keeps them.</param>
/// <param name="Expected">Where they must be.</param>
internal sealed record AttributionScenario(Func<int, object?> Take, AttributionTruth? Expected);

/// <summary>The ways in which a process comes to its memory.</summary>
internal static partial class AttributionScenarios
{
    private const int MB = 1 << 20;

    public static IReadOnlyDictionary<string, AttributionScenario> All { get; } = new Dictionary<string, AttributionScenario>
    {
        ["large objects, untouched"] = new(static size => Arrays(size, touch: false), new AttributionTruth()),
        ["large objects, touched"] = new(static size => Arrays(size, touch: true), new AttributionTruth(GCHeap: 1)),
        ["large objects, freed"] = new(FreedArrays, null),
        ["pinned heap, touched"] = new(PinnedArrays, new AttributionTruth(GCHeap: 1)),
        ["small objects"] = new(static size => SmallArrays(size), new AttributionTruth(GCHeap: 1)),
        ["pooled arrays, returned"] = new(PooledArrays, new AttributionTruth(GCHeap: 1)),
        ["native memory, touched"] = new(static size => Native(size, touch: true), new AttributionTruth(Used: 1)),
        ["native memory, untouched"] = new(static size => Native(size, touch: false), new AttributionTruth()),
        ["native blocks, freed but the last"] = new(FreedNative, new AttributionTruth(Free: 1)),
        ["anonymous map"] = new(AnonymousMap, new AttributionTruth(Other: 1)),
        ["shared map"] = new(SharedMap, new AttributionTruth(Shared: 1)),
        ["file map"] = new(FileMap, new AttributionTruth(File: 1)),
        ["200 threads"] = new(static _ => Threads(200), null),
        ["500,000 GC handles"] = new(static _ => Handles(500_000), null),
        ["5,000 dynamic methods"] = new(static _ => DynamicMethods(5_000), null),
    };

    private static byte[][] Arrays(int size, bool touch)
    {
        byte[][] arrays = new byte[size / 10][];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = GC.AllocateUninitializedArray<byte>(10 * MB);
            if (touch)
            {
                Touch(arrays[i]);
            }
        }

        return arrays;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object? FreedArrays(int size)
    {
        Drop(size);
        GC.Collect();
        return null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(int size) => Arrays(size, touch: true);

    private static byte[][] PinnedArrays(int size)
    {
        byte[][] arrays = new byte[size / 10][];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = GC.AllocateUninitializedArray<byte>(10 * MB, pinned: true);
            Touch(arrays[i]);
        }

        return arrays;
    }

    private static byte[][] SmallArrays(int size)
    {
        byte[][] arrays = new byte[size * 64][];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = new byte[(MB / 64) - 32];
        }

        GC.Collect();
        return arrays;
    }

    private static ArrayPool<byte> PooledArrays(int size)
    {
        ArrayPool<byte> pool = ArrayPool<byte>.Create(MB, size);
        byte[][] rented = new byte[size][];
        for (int i = 0; i < size; i++)
        {
            rented[i] = pool.Rent(MB);
            Touch(rented[i]);
        }

        foreach (byte[] array in rented)
        {
            pool.Return(array);
        }

        return pool;
    }

    private static unsafe object? Native(int size, bool touch)
    {
        for (int i = 0; i < size / 10; i++)
        {
            byte* block = (byte*)NativeMemory.Alloc(10 * MB);
            if (touch)
            {
                Touch(new Span<byte>(block, 10 * MB));
            }
        }

        return null;
    }

    /// <summary>Blocks below the allocator's threshold for maps of their own; the last one keeps the others from going back to the system.</summary>
    private static unsafe object? FreedNative(int size)
    {
        const int BlockSize = 100_000;
        nint[] blocks = new nint[(int)((long)size * MB / (BlockSize + 16))];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(BlockSize);
            Touch(new Span<byte>((void*)blocks[i], BlockSize));
        }

        _ = NativeMemory.Alloc(BlockSize);
        foreach (nint block in blocks)
        {
            NativeMemory.Free((void*)block);
        }

        return null;
    }

    private static unsafe object? AnonymousMap(int size)
    {
        const int ReadWrite = 3, PrivateAnonymous = 0x22;
        nint address = Map(0, (nuint)size * MB, ReadWrite, PrivateAnonymous, -1, 0);
        Touch(new Span<byte>((void*)address, size * MB));
        return null;
    }

    private static unsafe object? SharedMap(int size)
    {
        const int ReadWrite = 3, SharedAnonymous = 0x21;
        nint address = Map(0, (nuint)size * MB, ReadWrite, SharedAnonymous, -1, 0);
        Touch(new Span<byte>((void*)address, size * MB));
        return null;
    }

    private static MemoryMappedViewAccessor FileMap(int size)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (FileStream file = new(path, FileMode.CreateNew))
        {
            byte[] block = new byte[MB];
            for (int i = 0; i < size; i++)
            {
                file.Write(block);
            }
        }

        MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        long sum = 0;
        for (long offset = 0; offset < (long)size * MB; offset += 4096)
        {
            sum += view.ReadByte(offset);
        }

        GC.KeepAlive(sum);
        File.Delete(path);
        return view;
    }

    private static ManualResetEventSlim Threads(int count)
    {
        ManualResetEventSlim never = new();
        using CountdownEvent started = new(count);
        for (int i = 0; i < count; i++)
        {
            new Thread(() =>
            {
                started.Signal();
                never.Wait();
            })
            {
                IsBackground = true,
            }.Start();
        }

        started.Wait();
        return never;
    }

    private static GCHandle[] Handles(int count)
    {
        object target = new();
        GCHandle[] handles = new GCHandle[count];
        for (int i = 0; i < count; i++)
        {
            handles[i] = GCHandle.Alloc(target);
        }

        return handles;
    }

    private static Func<int>[] DynamicMethods(int count)
    {
        Func<int>[] methods = new Func<int>[count];
        for (int i = 0; i < count; i++)
        {
            DynamicMethod method = new($"M{i}", typeof(int), null);
            ILGenerator il = method.GetILGenerator();
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ret);
            methods[i] = method.CreateDelegate<Func<int>>();
            _ = methods[i]();
        }

        return methods;
    }

    private static void Touch(Span<byte> memory)
    {
        for (int i = 0; i < memory.Length; i += 4096)
        {
            memory[i] = 1;
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);
}
