using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using MemGuard.Containers;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.Sampling;

/// <summary>
/// Counts the resident pages of the GC's range: by the kernel's page scan where it has one (Linux 6.7), else from <c>smaps</c>, which
/// takes five times as long.
/// </summary>
/// <remarks>Needs no privilege. Not safe for use by several threads at once.</remarks>
internal sealed partial class HeapPages : IHeapPages, IDisposable
{
    private const string PageMapPath = "/proc/self/pagemap";

    // _IOWR('f', 16, struct pm_scan_arg) and the page categories of the kernel's user interface.
    private const nuint PageMapScan = 0xC0606610;
    private const ulong Present = 1 << 3;
    private const ulong ZeroPage = 1 << 5;
    private const int RegionsPerCall = 512;

    private readonly ISystemFiles _files;
    private readonly HeapRange? _range;
    private readonly PageRegion[] _regions = new PageRegion[RegionsPerCall];
    private SafeFileHandle? _pageMap;

    public HeapPages(ISystemFiles files)
    {
        _files = files;
        _range = FindRange(files, out string? reason);
        UnknownBecause = reason;
        if (_range is not null)
        {
            _pageMap = OpenPageMap();
        }
    }

    public string? UnknownBecause { get; private set; }

    public long? ReadResidentBytes()
    {
        if (_range is not HeapRange range)
        {
            return null;
        }

        if (_pageMap is not null)
        {
            if (Scan(_pageMap, range) is long scanned)
            {
                return scanned;
            }

            _pageMap.Dispose();
            _pageMap = null;
        }

        using SystemLines? smaps = SystemLines.Open(_files, "/proc/self/smaps");
        long? summed = smaps is null ? null : HeapMaps.SumResident(smaps, range);
        UnknownBecause = summed is null ? "the kernel has no page scan and smaps cannot be read" : null;
        return summed;
    }

    public void Dispose() => _pageMap?.Dispose();

    private static HeapRange? FindRange(ISystemFiles files, out string? reason)
    {
        if (!GC.GetConfigurationVariables().TryGetValue("GCRegionRange", out object? value) || value is not (long reserved and > 0))
        {
            reason = "this GC does not tell its region range";
            return null;
        }

        byte[][] witnesses =
        [
            new byte[64],
            // As small as a large object can be, and not cleared: an idle process need not touch its pages.
            GC.AllocateUninitializedArray<byte>(90_000),
            GC.AllocateUninitializedArray<byte>(64, pinned: true),
        ];
        using SystemLines? maps = SystemLines.Open(files, "/proc/self/maps");
        if (maps is null
            || HeapRange.Find(maps, HeapRange.AddressOf(witnesses[0]), (ulong)reserved) is not { } range
            || !Array.TrueForAll(witnesses, witness => range.Contains(HeapRange.AddressOf(witness))))
        {
            reason = "the GC's address range was not found in the process's maps";
            return null;
        }

        reason = null;
        return range;
    }

    private static SafeFileHandle? OpenPageMap()
    {
        try
        {
            return File.OpenHandle(PageMapPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private unsafe long? Scan(SafeFileHandle pageMap, HeapRange range)
    {
        ulong total = 0;
        fixed (PageRegion* regions = _regions)
        {
            ulong start = range.Start;
            while (start < range.End)
            {
                // Present, and not the shared page of zeros, which memory that was read but never written maps to and which costs nothing.
                ScanArguments arguments = new()
                {
                    Size = (ulong)sizeof(ScanArguments),
                    Start = start,
                    End = range.End,
                    Regions = (ulong)regions,
                    RegionCount = RegionsPerCall,
                    InvertedCategories = ZeroPage,
                    RequiredCategories = Present | ZeroPage,
                    ReturnedCategories = Present,
                };
                int count = Control(pageMap, PageMapScan, &arguments);
                if (count < 0 || count > RegionsPerCall || (count < RegionsPerCall && arguments.WalkEnd < range.End))
                {
                    return null;
                }

                for (int i = 0; i < count; i++)
                {
                    total += regions[i].End - regions[i].Start;
                }

                if (count < RegionsPerCall)
                {
                    break;
                }

                if (arguments.WalkEnd <= start)
                {
                    return null;
                }

                start = arguments.WalkEnd;
            }
        }

        return (long)total;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Control(SafeFileHandle file, nuint request, ScanArguments* arguments);

    /// <summary>The kernel's <c>struct pm_scan_arg</c>: twelve 64-bit words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ScanArguments
    {
        public ulong Size;
        public ulong Flags;
        public ulong Start;
        public ulong End;
        public ulong WalkEnd;
        public ulong Regions;
        public ulong RegionCount;
        public ulong LargestPageCount;
        public ulong InvertedCategories;
        public ulong RequiredCategories;
        public ulong AnyOfCategories;
        public ulong ReturnedCategories;
    }

    /// <summary>The kernel's <c>struct page_region</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PageRegion
    {
        public ulong Start;
        public ulong End;
        public ulong Categories;
    }
}
