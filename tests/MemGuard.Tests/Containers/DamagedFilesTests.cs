using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MemGuard.Containers;
using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

/// <summary>Damages good files at random: nothing may throw, and a number that is reported must stand in the file as a whole.</summary>
public sealed partial class DamagedFilesTests
{
    private const int Runs = 100_000;

    private const string Statm = "66420 21405 13311 19 0 36117 0\n";
    private const string Status = "Name:\tshop\nVmRSS:\t   85620 kB\nRssAnon:\t   32376 kB\nRssFile:\t   52100 kB\nRssShmem:\t    1144 kB\nThreads:\t21\n";
    private const string Limits = "Limit                     Soft Limit           Hard Limit           Units     \nMax data size             8589934592           unlimited            bytes     \nMax address space         unlimited            unlimited            bytes     \n";
    private const string Smaps = "8000-9000 rw-p 00000000 00:00 0 \nRss:                   8 kB\nAnonymous:             8 kB\n9000-a000 ---p 00000000 00:00 0 \nRss:                   4 kB\nAnonymous:             4 kB\n";
    private const string Maps = "7000-8000 ---p 00000000 00:00 0 \n100000-180000 rw-p 00000000 00:00 0 \n180000-500000 ---p 00000000 00:00 0 \n";

    [Fact]
    public void CgroupMemory_DamagedLayouts_NeverThrowsAndNeverInvents()
    {
        Random random = new(20260101);
        for (int run = 0; run < Runs; run++)
        {
            CgroupLayout layout = CgroupLayout.All[random.Next(CgroupLayout.All.Count)];
            FakeSystemFiles files = layout.CreateFiles();
            Damage(files, random);
            using CgroupMemory memory = new(files);
            ContainerDetails details = memory.Read();
            if (memory.Mount is not { } mount || details.Version == CgroupVersion.None)
            {
                Assert.Null(details.LimitBytes);
                Assert.Null(details.UsageBytes);
                continue;
            }

            bool isV1 = mount.Version == CgroupVersion.V1;
            string directory = FindTightest(files, mount, isV1 ? "memory.limit_in_bytes" : "memory.max", out List<long> limits, out bool isReadable);
            if (isV1 && isReadable && Key(Text(files, $"{mount.Directory}/memory.stat"), "hierarchical_memory_limit") is { } inherited and < 1L << 60)
            {
                directory = limits.TrueForAll(limit => inherited < limit) ? mount.Directory : directory;
                limits.Add(inherited);
            }

            Assert.Equal(isReadable ? limits.Cast<long?>().Min() : null, details.LimitBytes);
            AssertNumber(files, $"{directory}/{(isV1 ? "memory.usage_in_bytes" : "memory.current")}", details.UsageBytes);
            AssertNumber(files, $"{directory}/{(isV1 ? "memory.max_usage_in_bytes" : "memory.peak")}", details.PeakBytes);
            string stat = Text(files, $"{directory}/memory.stat");
            string kernel = isV1 ? Text(files, $"{directory}/memory.kmem.usage_in_bytes") : "";
            AssertSum(
                isV1
                    ? [Key(stat, "total_rss") ?? Key(stat, "rss"), Key(stat, "total_shmem") ?? Key(stat, "shmem") ?? 0, kernel.Length == 0 && !files.Paths.Contains($"{directory}/memory.kmem.usage_in_bytes") ? 0 : Whole(kernel)]
                    : [Key(stat, "anon"), Key(stat, "shmem"), Key(stat, "sock") ?? 0, Kernel(stat), Key(stat, "hugetlb") ?? 0],
                details.UnreclaimableBytes);
            AssertKey(stat, isV1 ? "total_active_file" : "active_file", details.ActiveFileBytes);
            AssertKey(Text(files, $"{directory}/{(isV1 ? "memory.oom_control" : "memory.events")}"), "oom_kill", details.KillCount);
        }
    }

    [Fact]
    public void ProcFiles_Damaged_NeverThrowsAndNeverInvents()
    {
        Random random = new(20260102);
        for (int run = 0; run < Runs; run++)
        {
            byte[] statm = Damage(Encoding.ASCII.GetBytes(Statm), random);
            ProcessReading process = LinuxProcessMemory.Parse(statm, 4096);
            if (process.WorkingSetBytes is long workingSet)
            {
                string[] fields = Encoding.Latin1.GetString(statm).TrimEnd('\n').Split(' ');
                Assert.Equal(7, fields.Length);
                Assert.Equal(fields[1], (workingSet / 4096).ToString(CultureInfo.InvariantCulture).PadLeft(fields[1].Length, '0'));
            }

            byte[] status = Damage(Encoding.ASCII.GetBytes(Status), random);
            if (ResidentReading.Parse(status) is { } resident)
            {
                string text = Encoding.Latin1.GetString(status);
                Assert.Equal(Kilobytes(text, "RssAnon"), resident.AnonymousBytes);
                Assert.Equal(Kilobytes(text, "RssFile"), resident.FileBytes);
                Assert.Equal(Kilobytes(text, "RssShmem"), resident.SharedMemoryBytes);
            }

            string smaps = Encoding.Latin1.GetString(Damage(Encoding.ASCII.GetBytes(Smaps), random));
            Assert.True(HeapMaps.SumResident(Lines.Of(smaps), new HeapRange(0x8000, 0xa000)) is null or >= 0);

            string maps = Encoding.Latin1.GetString(Damage(Encoding.ASCII.GetBytes(Maps), random));
            if (HeapRange.Find(Lines.Of(maps), 0x120000, 0x400000) is { } range)
            {
                Assert.True(range.Contains(0x120000));
            }

            ProcessLimits limits = ProcessLimits.Parse(Encoding.Latin1.GetString(Damage(Encoding.ASCII.GetBytes(Limits), random)));
            Assert.True(limits.AddressSpaceBytes is null or >= 0);
        }
    }

    private static void Damage(FakeSystemFiles files, Random random)
    {
        string[] paths = [.. files.Paths];
        int count = random.Next(1, 4);
        for (int i = 0; i < count; i++)
        {
            string path = paths[random.Next(paths.Length)];
            if (!files.Paths.Contains(path))
            {
                continue;
            }

            if (random.Next(8) == 0)
            {
                files.Remove(path);
            }
            else
            {
                files.SetBytes(path, Damage(files.GetBytes(path), random));
            }
        }
    }

    private static byte[] Damage(byte[] content, Random random)
    {
        if (content.Length == 0)
        {
            return content;
        }

        int at = random.Next(content.Length);
        byte[] changed = [.. content];
        switch (random.Next(7))
        {
            case 0:
                return content[..at];
            case 1:
                changed[at] = (byte)random.Next(256);
                return changed;
            case 2:
                return [.. content[..at], .. Encoding.ASCII.GetBytes("999999999999999999999"), .. content[at..]];
            case 3:
                return [.. content[..at], (byte)'\n', .. content[at..]];
            case 4:
                return [.. content, .. content];
            case 5:
                random.NextBytes(changed);
                return changed;
            default:
                return [.. content[..at], (byte)'-', .. content[at..]];
        }
    }

    /// <summary>The group whose numbers count: the tightest on the way up, as far as the limits can be read.</summary>
    private static string FindTightest(FakeSystemFiles files, CgroupMount mount, string name, out List<long> limits, out bool isReadable)
    {
        limits = [];
        isReadable = true;
        string found = mount.Directory;
        for (string directory = mount.Directory; isReadable; directory = directory[..directory.LastIndexOf('/')])
        {
            // Usage without a limit: the limit is hidden.
            string usage = name == "memory.max" ? "memory.current" : "memory.usage_in_bytes";
            string text = files.Paths.Contains($"{directory}/{name}") ? Text(files, $"{directory}/{name}")
                : files.Paths.Contains($"{directory}/{usage}") ? "" : "max\n";
            if (text != "max\n")
            {
                isReadable = Whole(text) is not null;
                // The first generation writes a number of that size for "unlimited".
                if (Whole(text) is long limit and < 1L << 60)
                {
                    found = limits.TrueForAll(other => limit < other) ? directory : found;
                    limits.Add(limit);
                }
            }

            if (directory.Length <= mount.MountPoint.Length || directory.LastIndexOf('/') <= 0)
            {
                break;
            }
        }

        return found;
    }

    private static void AssertNumber(FakeSystemFiles files, string path, long? reported)
    {
        if (reported is not null)
        {
            Assert.Equal(Whole(Text(files, path)), reported);
        }
    }

    private static void AssertKey(string text, string key, long? reported)
    {
        if (reported is not null)
        {
            Assert.Equal(Key(text, key), reported);
        }
    }

    private static long? Kernel(string stat) =>
        Key(stat, "kernel") is { } kernel ? Math.Max(kernel - (Key(stat, "slab_reclaimable") ?? 0), 0)
        : Key(stat, "slab_unreclaimable") + (Key(stat, "kernel_stack") ?? 0) + (Key(stat, "pagetables") ?? 0) + (Key(stat, "sec_pagetables") ?? 0) + (Key(stat, "percpu") ?? 0) + (Key(stat, "vmalloc") ?? 0);

    private static void AssertSum(long?[] parts, long? reported)
    {
        if (reported is not null)
        {
            Assert.DoesNotContain(null, parts);
            Assert.Equal(parts.Sum(), reported);
        }
    }

    private static string Text(FakeSystemFiles files, string path) =>
        files.Paths.Contains(path) ? Encoding.Latin1.GetString(files.GetBytes(path)) : "";

    private static long? Whole(string text) => WholeNumber().IsMatch(text) && long.TryParse(text.TrimEnd('\n'), out long value) ? value : null;

    private static long? Key(string text, string key)
    {
        // An own way of reading, so that a mistake of the reader is not repeated here: complete lines only, the first one that begins with the key.
        string? line = text.Split('\n')[..^1].FirstOrDefault(each => each.StartsWith(key + " ", StringComparison.Ordinal));
        return line is not null && long.TryParse(line[(key.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
    }

    private static long? Kilobytes(string text, string label)
    {
        string? line = text.Split('\n')[..^1].FirstOrDefault(each => each.StartsWith(label + ":", StringComparison.Ordinal));
        Match match = KilobyteLine().Match(line ?? "");
        return match.Success && long.TryParse(match.Groups[1].Value, out long value) ? value * 1024 : null;
    }

    [GeneratedRegex(@"\A[0-9]+\n\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\A[A-Za-z]+:[ \t]*([0-9]+) kB\z")]
    private static partial Regex KilobyteLine();
}
