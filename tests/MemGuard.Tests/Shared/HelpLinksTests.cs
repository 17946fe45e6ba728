namespace MemGuard.Tests.Shared;

public sealed class HelpLinksTests
{
    [Theory]
    [InlineData("https://wiki.example/memguard", "https://wiki.example/memguard/triage.md#gc-thrash")]
    [InlineData("https://wiki.example/memguard/", "https://wiki.example/memguard/triage.md#gc-thrash")]
    public void To_ConfiguredBase_IsBelowIt(string configured, string link) =>
        Assert.Equal(link, new HelpLinks(configured).To("triage.md#gc-thrash"));

    [Theory]
    [InlineData("https://git.example/team/memguard", "https://git.example/team/memguard/blob/main/docs/")]
    [InlineData("https://git.example/team/memguard.git", "https://git.example/team/memguard/blob/main/docs/")]
    [InlineData("https://git.example/team/memguard/", "https://git.example/team/memguard/blob/main/docs/")]
    public void FolderOf_AddressOfARepository_IsItsDocumentation(string repository, string folder) =>
        Assert.Equal(folder, HelpLinks.FolderOf(repository));

    // The SDK writes the property RepositoryUrl into the assembly; where it was not given, no address is made up.
    [Fact]
    public void DefaultBase_OfThisBuild_IsWhatTheAssemblyCarries()
    {
        string? repository = typeof(IMemoryMonitor).Assembly.GetCustomAttributes(false).OfType<System.Reflection.AssemblyMetadataAttribute>().FirstOrDefault(static metadata => metadata.Key == "RepositoryUrl")?.Value;

        Assert.Equal(repository is null ? null : HelpLinks.FolderOf(repository), HelpLinks.DefaultBase);
        Assert.Equal((HelpLinks.DefaultBase ?? "docs/") + "triage.md", new HelpLinks(null).To("triage.md"));
    }
}
