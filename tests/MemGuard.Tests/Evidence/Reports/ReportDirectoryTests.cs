using MemGuard.Costs;
using MemGuard.Evidence;

namespace MemGuard.Tests.Evidence.Reports;

public sealed class ReportDirectoryTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private readonly string _path = Directory.CreateTempSubdirectory("memguard-reports-test").FullName;
    private readonly OwnCosts _costs = new();
    private readonly ReportDirectory _directory;

    public ReportDirectoryTests() => _directory = new ReportDirectory(_path, _costs);

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Write_MoreThanAreKept_KeepsTheNewest()
    {
        _directory.Prepare();
        for (int i = 0; i < 40; i++)
        {
            string path = _directory.GetPath(ReportCause.Confirmed, Now.AddSeconds(i), 4711);
            _directory.Write(path, "{}"u8, Now);
            File.SetLastWriteTimeUtc(path, Now.AddSeconds(i).UtcDateTime);
        }

        string[] left = [.. Directory.GetFiles(_directory.Root).Order(StringComparer.Ordinal)];
        Assert.Equal(ReportDirectory.MaxKept, left.Length);
        Assert.Equal(new DiskUse(2 * ReportDirectory.MaxKept, ReportDirectory.MaxKept), _costs.GetDisk(CostPart.Reports));
        Assert.EndsWith("report-20260101T000039Z-4711-confirmed.json", left[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FileAndDirectory_AreForThisUserAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _directory.Prepare();
        string path = _directory.GetPath(ReportCause.Requested, Now, 1);
        _directory.Write(path, "{}"u8, Now);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Root));
    }

    [Fact]
    public void Prepare_ALink_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(_path, "elsewhere"));
        Directory.CreateSymbolicLink(_directory.Root, Path.Combine(_path, "elsewhere"));

        Assert.Contains("is a link", _directory.Prepare(), StringComparison.Ordinal);
    }

    [Fact]
    public void DeleteOldest_WhatAKilledProcessLeft_Goes()
    {
        _directory.Prepare();
        string half = Path.Combine(_directory.Root, "new-x.json");
        File.WriteAllText(half, "{");
        File.SetLastWriteTimeUtc(half, Now.UtcDateTime);

        _directory.DeleteOldest(Now.AddHours(1));

        Assert.False(File.Exists(half));
    }
}
