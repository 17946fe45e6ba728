namespace MemGuard.StartupHook.Variables;

/// <summary>A variable of the environment that sets an option.</summary>
/// <param name="Name">As the documentation writes it.</param>
/// <param name="Option">The option, with its section, as the configuration calls it.</param>
/// <param name="Set">Sets it; throws a <see cref="FormatException"/> where the value cannot be read.</param>
internal sealed record HookVariable(string Name, string Option, Action<HookSettings, string> Set)
{
    /// <summary>As <see cref="EnvironmentVariables.Normalize"/> gives the name, but for the case: that of an option is the option's.</summary>
    public string NormalName => Option.Length > 0 ? Option : EnvironmentVariables.Normalize(Name);
}
