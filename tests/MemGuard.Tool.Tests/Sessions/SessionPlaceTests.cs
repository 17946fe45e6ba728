using MemGuard.Tool.Sessions;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Sessions;

/// <summary>Where a session lies.</summary>
public sealed class SessionPlaceTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_WithoutAName_IsDeletedWithWhatIsInIt()
    {
        SessionPlace place = SessionPlace.Create(null);
        File.WriteAllText(Path.Combine(place.Path, "attached.json"), "{}");

        place.Dispose();

        Assert.False(Directory.Exists(place.Path));
    }

    [Fact]
    public void Create_WithAName_IsKept()
    {
        SessionPlace.Create(_folder.Combine("kept")).Dispose();

        Assert.True(Directory.Exists(_folder.Combine("kept")));
    }

    [Fact]
    public void Create_AnEmptyPrivateFolder_IsTaken()
    {
        using SessionPlace place = SessionPlace.Create(_folder.Path);

        Assert.Equal(_folder.Path, place.Path);
    }

    [Fact]
    public void Create_BelowAFile_SaysWhyNot()
    {
        ToolException failure = Assert.Throws<ToolException>(() => SessionPlace.Create(Path.Combine(_folder.Write("file", "x"), "session")));

        Assert.StartsWith("the session's folder cannot be made: ", failure.Message, StringComparison.Ordinal);
    }
}
