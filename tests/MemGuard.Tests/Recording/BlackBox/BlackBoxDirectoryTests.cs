using System.Buffers.Binary;
using System.Runtime.Versioning;
using MemGuard.Containers;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Recording;

[UnsupportedOSPlatform("windows")]
public sealed class BlackBoxDirectoryTests : IDisposable
{
    private readonly string _configured = Directory.CreateTempSubdirectory("memguard-boxes-").FullName;
    private readonly BlackBoxDirectory _directory;

    public BlackBoxDirectoryTests()
    {
        _directory = Open();
        Assert.Null(_directory.Prepare());
    }

    public void Dispose() => Directory.Delete(_configured, recursive: true);

    [Fact]
    public void ClaimDead_DeadProcess_ItsRecordOnce()
    {
        Leave("a", Boxes.File([Boxes.Sample(1, 50)]));

        ClaimedBox box = Assert.Single(Claim());
        Assert.Equal(50 * Boxes.MB, box.Record!.Last!.UsedBytes);
        Assert.Empty(Claim());
    }

    [Theory]
    [InlineData("truncated", "it is cut off (5000 of 16384 bytes)")]
    [InlineData("empty", "it is cut off (0 of 16384 bytes)")]
    [InlineData("random", "its content is damaged")]
    [InlineData("header", "its content is damaged")]
    [InlineData("newer", "a newer MemGuard wrote it (format 2, this one reads 1)")]
    public void ClaimDead_DamagedFile_SaidOnceWithItsReason(string damage, string expected)
    {
        byte[] file = Boxes.File([Boxes.Sample(1, 50)]);
        switch (damage)
        {
            case "truncated":
                file = file[..5000];
                break;
            case "empty":
                file = [];
                break;
            case "random":
                new Random(3).NextBytes(file);
                break;
            case "header":
                file[40] ^= 4;
                break;
            default:
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), 2);
                break;
        }

        Leave("a", file);

        ClaimedBox box = Assert.Single(Claim());
        Assert.Equal((null, expected), (box.Record, box.Problem));
        Assert.Empty(Claim());
    }

    [Fact]
    public void ClaimDead_LockedFile_LeftAlone()
    {
        string path = Leave("a", Boxes.File([Boxes.Sample(1, 50)]));
        using FileStream held = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.Empty(Claim());
        Assert.Equal(1, _directory.LivingCount);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void ClaimDead_NoLockButItsProcessLives_LeftAlone()
    {
        // As where locks are switched off, or on a network disk.
        ProcessIdentity self = ProcessIdentity.Read(SystemFiles.Instance);
        Leave("living", Boxes.File([Boxes.Sample(1, 50)], self));
        Leave("earlier with the same id", Boxes.File([Boxes.Sample(1, 60)], self with { StartTicks = self.StartTicks - 1 }));
        Leave("same id in another container", Boxes.File([Boxes.Sample(1, 70)], self with { ProcessNamespace = self.ProcessNamespace + 1 }));

        long?[] claimed = [.. Open().ClaimDead(self, DateTimeOffset.UtcNow).Select(static box => box.Record!.Last!.UsedBytes).Order()];

        Assert.Equal([60 * Boxes.MB, 70 * Boxes.MB], claimed);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(60, true)]
    public void ClaimDead_OtherBoot_ClaimedOnceItHasNotBeenWrittenForAWhile(int secondsAgo, bool isClaimed)
    {
        string path = Leave("a", Boxes.File([Boxes.Sample(1, 50)], Boxes.Self with { BootId = "another" }));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-secondsAgo));

        Assert.Equal(isClaimed, Claim().Count == 1);
    }

    [Fact]
    public void ClaimDead_OtherApplication_LeftAlone()
    {
        string path = Leave("a", Boxes.File([Boxes.Sample(1, 50)]));

        Assert.Empty(new BlackBoxDirectory(_configured, "another", SystemFiles.Instance).ClaimDead(Boxes.Self, DateTimeOffset.UtcNow));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void ClaimDead_ManyAtOnce_EachBoxHasOneWinner()
    {
        for (int round = 0; round < (SoakLength.IsLong ? 200 : 10); round++)
        {
            Leave($"{round}", Boxes.File([Boxes.Sample(1, 50)]));
            int winners = 0;
            Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Interlocked.Add(ref winners, Open().ClaimDead(Boxes.Self, DateTimeOffset.UtcNow).Count));

            // A box that is being looked at is locked for a moment: where all gave way, the next start claims it.
            winners += Claim().Count;
            Assert.Equal(1, winners);
        }
    }

    [Fact]
    public void ClaimDead_SeveralDied_TheLastOneFirst()
    {
        File.SetLastWriteTimeUtc(Leave("a", Boxes.File([Boxes.Sample(1, 50)])), DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(Leave("b", Boxes.File([Boxes.Sample(1, 60)])), DateTime.UtcNow.AddHours(-1));
        File.SetLastWriteTimeUtc(Leave("c", Boxes.File([Boxes.Sample(1, 70)])), DateTime.UtcNow.AddHours(-3));

        Assert.Equal([60 * Boxes.MB, 50 * Boxes.MB, 70 * Boxes.MB], Claim().Select(static box => box.Record!.Last!.UsedBytes!.Value));
    }

    [Fact]
    public void ClaimDead_CrashLoop_FewFilesStay()
    {
        for (int start = 0; start < 50; start++)
        {
            _directory.Create(new BlackBoxHeader(new ProcessIdentity(Boxes.Boot, 1, start, 1), Boxes.Start, "shop")).Dispose();
            Claim();
        }

        Assert.Equal(BlackBoxDirectory.MaxKept, Directory.GetFiles(_directory.Root).Length);
        Assert.All(Directory.GetFiles(_directory.Root), static path => Assert.Equal(BlackBoxFormat.FileBytes, new FileInfo(path).Length));
    }

    [Fact]
    public void Create_NewBox_IsPrivateAndHeldByItsProcess()
    {
        using BlackBoxFile box = _directory.Create(new BlackBoxHeader(Boxes.Self, Boxes.Start, "shop"));

        string path = Assert.Single(Directory.GetFiles(_directory.Root));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Empty(Claim());
        box.Delete();
        Assert.Empty(Directory.GetFiles(_directory.Root));
    }

    [Fact]
    public void Prepare_LinkedOrOpenDirectory_IsRefused()
    {
        string link = _configured + "-link";
        File.CreateSymbolicLink(link, _configured);
        try
        {
            Assert.Contains("is a link", new BlackBoxDirectory(link, "shop", SystemFiles.Instance).Prepare(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(link);
        }

        File.SetUnixFileMode(_directory.Root, (UnixFileMode)0b111_111_111);
        Assert.NotNull(_directory.Prepare());
    }

    [Fact]
    public void Notes_FileThatFails_NeverThrow()
    {
        BlackBoxFile file = _directory.Create(new BlackBoxHeader(Boxes.Self, Boxes.Start, "shop"));
        file.Dispose();
        BlackBoxNotes notes = new(file, new SuspendedTimeProvider());

        notes.OutOfMemory(1);
        notes.Unhandled(new OutOfMemoryException());
        notes.Unhandled(null);
        notes.Stopping();
        notes.Running();
        Assert.Null(Record.Exception(() => notes.Ended(3)));
    }

    private BlackBoxDirectory Open() => new(_configured, "shop", SystemFiles.Instance);

    private IReadOnlyList<ClaimedBox> Claim() => _directory.ClaimDead(Boxes.Self, DateTimeOffset.UtcNow);

    private string Leave(string name, byte[] content)
    {
        string path = Path.Combine(_directory.Root, $"{BlackBoxFormat.Fingerprint("shop"):x16}-{name}.box");
        File.WriteAllBytes(path, content);
        return path;
    }
}
