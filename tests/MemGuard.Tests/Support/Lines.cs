using MemGuard.Containers;

namespace MemGuard.Tests.Support;

internal static class Lines
{
    /// <summary>A virtual file of this text, to be read line by line.</summary>
    public static SystemLines Of(string text) => SystemLines.Open(new FakeSystemFiles { ["/file"] = text }, "/file")!;
}
