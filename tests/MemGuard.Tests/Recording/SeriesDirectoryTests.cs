using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Recording;

public sealed class SeriesDirectoryTests : IDisposable
{
    private const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Mode0700 = Mode0600 | UnixFileMode.UserExecute;

    private readonly string _root = Directory.CreateTempSubdirectory("memguard-tests-").FullName;

    private string Configured => Path.Combine(_root, "recordings");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Create_FirstFile_IsInAFreshPrivateDirectory()
    {
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());

        string file = CreateFile(directory, "series-000001.csv");

        Assert.StartsWith(Path.Combine(Configured, "memguard-series-"), file, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Mode0700, File.GetUnixFileMode(directory.Own!));
            Assert.Equal(Mode0600, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Create_LooseConfiguredDirectory_IsStillPrivateInside()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(Configured);
        File.SetUnixFileMode(Configured, (UnixFileMode)0b111_111_111);
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());

        CreateFile(directory, "series-000001.csv");

        Assert.Equal(Mode0700, File.GetUnixFileMode(directory.Own!));
    }

    [Fact]
    public void Create_DirectoryThatCannotBeMade_NamesTheOption()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        SeriesDirectory directory = new("/proc/recordings", new SeriesWriterSettings());

        IOException exception = Assert.Throws<IOException>(() => directory.GetFreeBytes());

        Assert.StartsWith("MemGuard:RecordTo: no recording can be made in '/proc/recordings': ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Create_NameTakenByALink_RefusesAndLeavesTheVictim(bool dangling)
    {
        string victim = Path.Combine(_root, "victim");
        if (!dangling)
        {
            File.WriteAllText(victim, "precious");
        }

        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());
        CreateFile(directory, "series-000001.csv");
        File.CreateSymbolicLink(Path.Combine(directory.Own!, "series-000002.csv"), victim);

        Assert.Throws<IOException>(() => directory.Create("series-000002.csv"));

        Assert.Equal(!dangling, File.Exists(victim));
        Assert.True(dangling || File.ReadAllText(victim) == "precious");
    }

    [Fact]
    public void Create_ConfiguredDirectoryIsALink_Refuses()
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Configured, elsewhere);
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());

        IOException exception = Assert.Throws<IOException>(() => directory.Create("series-000001.csv"));

        Assert.Contains("is a link", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Fact]
    public void Create_OwnDirectoryReplacedByALink_MakesAnotherDirectory()
    {
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());
        CreateFile(directory, "series-000001.csv");

        // As private as a directory can be: only the link gives it away.
        string elsewhere = Directory.CreateTempSubdirectory("memguard-tests-").FullName;
        string replaced = directory.Own!;
        Directory.Move(replaced, replaced + "-moved");
        Directory.CreateSymbolicLink(replaced, elsewhere);

        CreateFile(directory, "series-000002.csv");

        Assert.NotEqual(replaced, directory.Own);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Directory.Delete(elsewhere);
    }

    [Fact]
    public void Create_OwnDirectoryLoosenedOrDeleted_MakesAnotherDirectory()
    {
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());
        CreateFile(directory, "series-000001.csv");
        string first = directory.Own!;
        Directory.Delete(first, recursive: true);

        CreateFile(directory, "series-000002.csv");
        string second = directory.Own!;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(second, (UnixFileMode)0b111_111_111);
            CreateFile(directory, "series-000003.csv");
            Assert.NotEqual(second, directory.Own);
        }

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Create_ConfiguredPathIsAFile_ThrowsAnIOError()
    {
        File.WriteAllText(Configured, string.Empty);
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());

        Assert.ThrowsAny<IOException>(() => directory.Create("series-000001.csv"));
    }

    [Fact]
    public void Writer_OnAPathThatIsNone_ReportsAndDrops()
    {
        List<Exception> errors = [];
        using SeriesWriter writer = new(new SeriesDirectory("no\0path", new SeriesWriterSettings()), new SeriesWriterSettings(), errors.Add);

        writer.Add(default);
        writer.Drain();

        Assert.IsType<ArgumentException>(Assert.Single(errors));
        Assert.Equal(1, writer.TotalRowsDropped);
    }

    [Fact]
    public void Create_EarlierRecordingsAboveTheirBound_DeletesTheOldestAndNothingElse()
    {
        string[] earlier = [.. Enumerable.Range(1, 4).Select(number => AddEarlierRecording(number, bytes: 1000))];
        string foreign = Path.Combine(earlier[0], "notes.txt");
        File.WriteAllText(foreign, "keep me");
        Age(earlier[0], days: 200);
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings { MaxEarlierBytes = 2500 });

        CreateFile(directory, "series-000001.csv");

        Assert.Equal([false, false, true, true], earlier.Select(path => File.Exists(Path.Combine(path, "series-000001.csv"))));
        Assert.Equal([true, false, true, true], earlier.Select(Directory.Exists));
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public void Create_EarlierRecordingWrittenJustNow_IsLeftToItsProcess()
    {
        string live = AddEarlierRecording(1, bytes: 5000);
        File.SetLastWriteTimeUtc(Path.Combine(live, "series-000001.csv"), DateTime.UtcNow);
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings { MaxEarlierBytes = 10 });

        CreateFile(directory, "series-000001.csv");

        Assert.True(File.Exists(Path.Combine(live, "series-000001.csv")));
    }

    [Fact]
    public void Create_CrashLoop_KeepsABoundedNumberOfRecordings()
    {
        for (int number = 1; number <= 30; number++)
        {
            AddEarlierRecording(number, bytes: 1);
        }

        SeriesDirectory directory = new(Configured, new SeriesWriterSettings { MaxEarlierRecordings = 5 });

        CreateFile(directory, "series-000001.csv");

        Assert.Equal(6, Directory.GetDirectories(Configured).Length);
    }

    [Fact]
    public void GetFreeBytes_RealDisk_IsPositive() =>
        Assert.True(new SeriesDirectory(Configured, new SeriesWriterSettings()).GetFreeBytes() > 0);

    [Fact]
    public void Writer_OnARealDirectory_RecordsWhatTheReaderReads()
    {
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings());
        using SeriesWriter writer = new(directory, new SeriesWriterSettings(), exception => throw exception);
        MemorySample sample = new() { Elapsed = TimeSpan.FromSeconds(1), TimerCount = 4 };

        writer.Add(sample);
        writer.Dispose();

        Assert.Equal(sample, Assert.Single(SeriesReader.Read(Path.Combine(directory.Own!, "series-000001.csv"))));
    }

    private static string CreateFile(SeriesDirectory directory, string name)
    {
        using Stream file = directory.Create(name);
        return Path.Combine(directory.Own!, name);
    }

    private static void Age(string recording, int days)
    {
        foreach (string file in Directory.GetFiles(recording))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-days));
        }

        Directory.SetLastWriteTimeUtc(recording, DateTime.UtcNow.AddDays(-days));
    }

    // The higher the number, the younger.
    private string AddEarlierRecording(int number, int bytes)
    {
        SeriesDirectory directory = new(Configured, new SeriesWriterSettings { MaxEarlierBytes = long.MaxValue, MaxEarlierRecordings = int.MaxValue });
        using (Stream file = directory.Create("series-000001.csv"))
        {
            file.Write(new byte[bytes]);
        }

        Age(directory.Own!, days: 100 - number);
        return directory.Own!;
    }
}
