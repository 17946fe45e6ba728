namespace MemGuard.Bounded;

/// <summary>Errors of options as sentences, where their validation throws at the first.</summary>
internal static class OptionErrors
{
    /// <param name="validate">Throws an <see cref="ArgumentException"/> that names the option and its range.</param>
    /// <returns>What it said; empty when all is well.</returns>
    public static IEnumerable<string> Of(Action validate)
    {
        try
        {
            validate();
            return [];
        }
        catch (ArgumentException exception)
        {
            return [exception.Message];
        }
    }
}
