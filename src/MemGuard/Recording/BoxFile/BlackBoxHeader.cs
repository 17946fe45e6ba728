using System.Buffers.Binary;

namespace MemGuard.Recording;

/// <summary>Who writes a black box.</summary>
/// <param name="Identity">The process.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="Application">The application's name.</param>
internal sealed record BlackBoxHeader(ProcessIdentity Identity, DateTimeOffset StartedAt, string Application)
{
    public void WriteTo(Span<byte> page)
    {
        BlackBoxFormat.Magic.CopyTo(page);
        BinaryPrimitives.WriteInt32LittleEndian(page[8..], BlackBoxFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(page[12..], BlackBoxFormat.FileBytes);
        PageCursor cursor = new(page, BlackBoxFormat.HeaderFieldsAt);
        cursor.Write(Identity.ProcessNamespace);
        cursor.Write(Identity.ProcessId);
        cursor.Write(Identity.StartTicks);
        cursor.Write(StartedAt.UtcTicks);
        cursor.Write(Identity.BootId, BlackBoxFormat.MaxBootIdBytes);
        cursor.Write(Application, BlackBoxFormat.MaxApplicationBytes);
        BlackBoxFormat.Seal(page);
    }

    /// <param name="page">A sealed page.</param>
    public static BlackBoxHeader ReadFrom(Span<byte> page)
    {
        PageCursor cursor = new(page, BlackBoxFormat.HeaderFieldsAt);
        long space = cursor.ReadNumber();
        long process = cursor.ReadNumber();
        long start = cursor.ReadNumber();
        DateTimeOffset startedAt = BlackBoxReader.ToTime(cursor.ReadNumber());
        string boot = cursor.ReadText(BlackBoxFormat.MaxBootIdBytes) ?? string.Empty;
        string application = cursor.ReadText(BlackBoxFormat.MaxApplicationBytes) ?? string.Empty;
        return new BlackBoxHeader(new ProcessIdentity(boot, space, (int)process, start), startedAt, application);
    }
}
