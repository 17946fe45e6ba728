using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>What the compiler takes from the C library, and keeps, for each of the methods that are compiled for every sample.</summary>
internal static partial class CompileMemoryProgram
{
    private const long AcceptedBytes = 64 << 10;
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>No arguments. Linux with glibc.</summary>
    public static int Run(string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("compile-memory reads the C library's figures of Linux.");
            return 2;
        }

        List<(long Bytes, string Name)> methods = [];
        foreach (MethodInfo method in typeof(MemGuardServiceCollectionExtensions).Assembly.GetTypes().Where(static type => !type.ContainsGenericParameters).SelectMany(static type => type.GetMethods(All)))
        {
            if (method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization) && !method.ContainsGenericParameters)
            {
                long before = ReadInUse();
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
                methods.Add((ReadInUse() - before, $"{method.DeclaringType!.Name}.{method.Name}"));
            }
        }

        methods.Sort();
        methods.Reverse();
        foreach ((long bytes, string name) in methods.Take(10))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0,8:0.0} KB  {name}"));
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{methods.Count} methods, {methods.Sum(static method => method.Bytes) / 1024.0:0} KB in all (accepted for one: {AcceptedBytes >> 10} KB)."));
        return methods[0].Bytes <= AcceptedBytes ? 0 : 1;
    }

    private static long ReadInUse()
    {
        HeapInfo info = ReadHeapInfo();
        return (long)(info.InUse + info.Mapped);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial HeapInfo ReadHeapInfo();

    // As the C library lays it out (mallinfo(3)).
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct HeapInfo
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappedBlocks;
        public readonly nuint Mapped;
        private readonly nuint _reserved;
        private readonly nuint _fastBytes;
        public readonly nuint InUse;
        private readonly nuint _free;
        private readonly nuint _topMost;
    }
}
