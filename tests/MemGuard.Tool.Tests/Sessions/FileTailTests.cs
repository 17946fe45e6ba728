using System.Text;
using MemGuard.Tool.Sessions;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Sessions;

/// <summary>A file that grows while it is read.</summary>
public sealed class FileTailTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadNew_NoFile_IsNothing() => Assert.Empty(new FileTail(_folder.Combine("none")).ReadNew());

    [Fact]
    public void ReadNew_EveryCutOfTheBytes_GivesTheSameLines()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("one → 1\nzwei ▸ 2\n\nfour");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            string path = _folder.Combine($"{cut}");
            FileTail tail = new(path);
            using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            file.Write(bytes.AsSpan(0, cut));
            file.Flush();
            IReadOnlyList<string> first = tail.ReadNew();
            file.Write(bytes.AsSpan(cut));
            file.Flush();

            Assert.Equal(["one → 1", "zwei ▸ 2", ""], [.. first, .. tail.ReadNew()]);
            Assert.Empty(tail.ReadNew());
        }
    }
}
