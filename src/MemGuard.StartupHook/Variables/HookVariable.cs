namespace MemGuard.StartupHook.Variables;

/// <summary>A variable of the environment that sets an option.</summary>
/// <param name="Name">As the documentation writes it.</param>
/// <param name="Option">The option, with its section, as the configuration calls it.</param>
/// <param name="Set">Sets it; throws a <see cref="FormatException"/> where the value cannot be read.</param>
internal sealed record HookVariable(string Name, string Option, Action<HookSettings, string> Set);
