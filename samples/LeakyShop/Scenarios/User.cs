namespace LeakyShop.Scenarios;

/// <summary>A user with everything the shop remembers of them: about 16 KB.</summary>
internal sealed record User(string Id, string Name, byte[] Profile)
{
    public static User Load(int id) => new($"user-{id}", $"User {id}", new byte[16 * 1024]);
}
