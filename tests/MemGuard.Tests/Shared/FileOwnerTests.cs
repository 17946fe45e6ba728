namespace MemGuard.Tests.Shared;

public sealed class FileOwnerTests
{
    [Fact]
    public void IsSelf_OwnDirectory_IsTrue()
    {
        string own = Directory.CreateTempSubdirectory("memguard-tests-").FullName;

        Assert.True(FileOwner.IsSelf(own));
        Directory.Delete(own);
    }

    [Fact]
    public void IsSelf_PathThatIsNotThere_IsFalseOnLinux() =>
        Assert.Equal(!OperatingSystem.IsLinux(), FileOwner.IsSelf(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())));
}
