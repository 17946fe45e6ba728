using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tool.Replays;

/// <summary>Reads a series up to the line that cannot be read.</summary>
internal static class SeriesUntil
{
    /// <param name="samples">The series.</param>
    /// <param name="onBroken">Called with what is wrong with the series; reading ends there.</param>
    public static IEnumerable<MemorySample> Broken(IEnumerable<MemorySample> samples, Action<Exception> onBroken)
    {
        using IEnumerator<MemorySample> reader = samples.GetEnumerator();
        while (TryRead(reader, onBroken, out MemorySample sample))
        {
            yield return sample;
        }
    }

    private static bool TryRead(IEnumerator<MemorySample> reader, Action<Exception> onBroken, out MemorySample sample)
    {
        sample = default;
        try
        {
            bool isRead = reader.MoveNext();
            sample = isRead ? reader.Current : default;
            return isRead;
        }
        catch (Exception exception) when (exception is IOException or SeriesFormatException)
        {
            onBroken(exception);
            return false;
        }
    }
}
