using System.Runtime.Versioning;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Files;

[UnsupportedOSPlatform("windows")]
public sealed class SnapshotStoreTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Prepare_MissingDirectory_MakesAPrivateOne()
    {
        SnapshotStore store = Create(_directory.Combine("new"));

        Assert.Null(store.Prepare());
        Assert.Equal(OwnerOnly, ModeOf(store.Root));
    }

    [Fact]
    public void Prepare_LinkedDirectory_IsRefused()
    {
        Directory.CreateDirectory(_directory.Combine("victim"));
        Directory.CreateSymbolicLink(_directory.Combine("link"), _directory.Combine("victim"));

        Assert.Contains("is a link", Create(_directory.Combine("link")).Prepare(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Combine("victim")));
    }

    [Fact]
    public void Prepare_OwnDirectorySwappedForALink_IsRefused()
    {
        SnapshotStore store = Create(_directory.Path);
        Assert.Null(store.Prepare());
        Directory.Delete(store.Root);
        Directory.CreateDirectory(_directory.Combine("victim"));
        Directory.CreateSymbolicLink(store.Root, _directory.Combine("victim"));

        Assert.Contains("is a link", store.Prepare(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_LooseOwnDirectory_IsRefused()
    {
        SnapshotStore store = Create(_directory.Path);
        Directory.CreateDirectory(store.Root, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);

        Assert.Contains("is not private", store.Prepare(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_DirectoryThatOthersMayWrite_IsRefused()
    {
        File.SetUnixFileMode(_directory.Path, OwnerOnly | UnixFileMode.OtherWrite);

        Assert.Contains("others may write", Create(_directory.Path).Prepare(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_FileInTheWay_IsRefused()
    {
        File.WriteAllText(_directory.Combine("file"), "");

        Assert.Contains("is a file", Create(_directory.Combine("file")).Prepare(), StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_PathThatCannotExist_IsRefused() =>
        Assert.Contains("cannot be created", Create("/proc/memguard").Prepare(), StringComparison.Ordinal);

    [Fact]
    public void Create_ExistingFileOrLink_IsNeverTouched()
    {
        string victim = _directory.Combine("victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(_directory.Combine("link"), victim);
        File.CreateSymbolicLink(_directory.Combine("dangling"), _directory.Combine("nowhere"));

        Assert.ThrowsAny<IOException>(() => PrivateFile.Create(victim).Dispose());
        Assert.ThrowsAny<IOException>(() => PrivateFile.Create(_directory.Combine("link")).Dispose());
        Assert.ThrowsAny<IOException>(() => PrivateFile.Create(_directory.Combine("dangling")).Dispose());
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.False(File.Exists(_directory.Combine("nowhere")));
    }

    [Fact]
    public void Create_NewFile_IsReadableByTheUserAlone()
    {
        PrivateFile.Create(_directory.Combine("file")).Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(_directory.Combine("file")));
    }

    [Fact]
    public void Publish_MoreThanMayBeKept_DeletesTheOldest()
    {
        SnapshotStore store = Create(_directory.Path, new StoreLimits(3, 1 << 20, TimeSpan.FromDays(1)));
        store.Prepare();
        string[] published = [.. Enumerable.Range(0, 5).Select(i => PublishOne(store, Now.AddMinutes(i), 10))];

        Assert.Equal(published[2..].Order(), Directory.EnumerateDirectories(store.Root).Order());
    }

    [Fact]
    public void Publish_MoreBytesThanMayBeKept_DeletesTheOldest()
    {
        SnapshotStore store = Create(_directory.Path, new StoreLimits(100, 2500, TimeSpan.FromDays(1)));
        store.Prepare();
        string[] published = [.. Enumerable.Range(0, 5).Select(i => PublishOne(store, Now.AddMinutes(i), 1000))];

        Assert.Equal(published[3..].Order(), Directory.EnumerateDirectories(store.Root).Order());
    }

    [Fact]
    public void Trim_TooOldOrHalfWritten_IsDeletedAndStrangersStay()
    {
        SnapshotStore store = Create(_directory.Path, new StoreLimits(100, 1 << 20, TimeSpan.FromDays(1)));
        store.Prepare();
        PublishOne(store, Now, 10);
        string newest = PublishOne(store, Now.AddMinutes(1), 10);
        string half = store.CreateDirectoryFor(Now);
        File.WriteAllText(Path.Combine(half, "heap.nettrace"), "begun");
        Directory.CreateDirectory(Path.Combine(store.Root, "mine"));
        Directory.CreateDirectory(_directory.Combine("elsewhere"));
        File.WriteAllText(_directory.Combine("elsewhere", "precious"), "");
        Directory.CreateSymbolicLink(Path.Combine(store.Root, "snapshot-planted"), _directory.Combine("elsewhere"));

        store.Trim(Now.AddDays(2));

        Assert.Equal(["mine", Path.GetFileName(newest), "snapshot-planted"], Directory.EnumerateDirectories(store.Root).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(_directory.Combine("elsewhere", "precious")));
    }

    [Fact]
    public void Trim_NewestAboveEveryLimit_Stays()
    {
        SnapshotStore store = Create(_directory.Path, new StoreLimits(1, 100, TimeSpan.FromMinutes(1)));
        store.Prepare();
        string newest = PublishOne(store, Now, 100_000);

        store.Trim(Now.AddYears(10));

        Assert.True(Directory.Exists(newest));
    }

    // Taken while the clock was ahead: older than everything since, whatever its name says.
    [Fact]
    public void Publish_AfterTheClockWasSetBack_KeepsTheNewOne()
    {
        SnapshotStore store = Create(_directory.Path, new StoreLimits(2, 1 << 20, TimeSpan.FromDays(1)));
        store.Prepare();
        PublishOne(store, Now.AddYears(5), 10);
        PublishOne(store, Now.AddYears(6), 10);

        string[] since = [PublishOne(store, Now, 10), PublishOne(store, Now.AddMinutes(1), 10)];

        Assert.Equal(since.Order(), Directory.EnumerateDirectories(store.Root).Order());
    }

    // A cleaner that walks paths could be led astray while it walks: the directory is renamed away and a link put in its place.
    [Fact]
    public void Delete_LinksInsideAndInPlaceOfIt_TouchesNothingBehindThem()
    {
        Directory.CreateDirectory(_directory.Combine("victim"));
        File.WriteAllText(_directory.Combine("victim", "precious"), "");
        Directory.CreateDirectory(_directory.Combine("own", "inner"));
        File.WriteAllText(_directory.Combine("own", "inner", "file"), "");
        Directory.CreateSymbolicLink(_directory.Combine("own", "directory"), _directory.Combine("victim"));
        File.CreateSymbolicLink(_directory.Combine("own", "file"), _directory.Combine("victim", "precious"));
        Directory.CreateSymbolicLink(_directory.Combine("link"), _directory.Combine("victim"));

        PrivateTree.Delete(_directory.Path, "own");
        PrivateTree.Delete(_directory.Path, "link");
        PrivateTree.Delete(_directory.Path, "never-there");
        Assert.ThrowsAny<IOException>(() => PrivateTree.Delete(Link("through"), "precious"));

        Assert.False(Directory.Exists(_directory.Combine("own")));
        Assert.True(File.Exists(_directory.Combine("victim", "precious")));
    }

    public void Dispose() => _directory.Dispose();

    private string Link(string name)
    {
        Directory.CreateSymbolicLink(_directory.Combine(name), _directory.Combine("victim"));
        return _directory.Combine(name);
    }

    private static string PublishOne(SnapshotStore store, DateTimeOffset time, int bytes)
    {
        string temporary = store.CreateDirectoryFor(time);
        File.WriteAllBytes(Path.Combine(temporary, "heap.memguard"), new byte[bytes]);
        return store.Publish(temporary, time);
    }

    private static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(path);

    private static SnapshotStore Create(string path, StoreLimits? limits = null) => new(path, limits ?? new StoreLimits(10, 1 << 20, TimeSpan.FromDays(1)));
}
