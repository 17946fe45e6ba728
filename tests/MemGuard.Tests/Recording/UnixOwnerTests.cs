using MemGuard.Recording;

namespace MemGuard.Tests.Recording;

public sealed class UnixOwnerTests
{
    [Fact]
    public void IsSelf_OwnDirectory_IsTrue()
    {
        string own = Directory.CreateTempSubdirectory("memguard-tests-").FullName;

        Assert.True(UnixOwner.IsSelf(own));
        Directory.Delete(own);
    }

    [Fact]
    public void IsSelf_PathThatIsNotThere_IsFalseOnLinux() =>
        Assert.Equal(!OperatingSystem.IsLinux(), UnixOwner.IsSelf(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())));
}
