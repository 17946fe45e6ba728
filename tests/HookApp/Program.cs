using System.Diagnostics;
using HookApp;

Cost cost = Cost.AtStart();

// HookApp MODE [FILE]: does what the mode says, and waits for the file, which the hook or the test makes; then exits with 3.
const int Code = 3;
string mode = args[0];
string? file = args.ElementAtOrDefault(1);
await Console.Out.WriteLineAsync($"hooks: {Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS") ?? "none"}; session: {Environment.GetEnvironmentVariable("MEMGUARD_SESSION") ?? "none"}");
switch (mode)
{
    case "console":
        Wait.ForFile(file);
        break;
    case "cost":
        cost.Print();
        return 0;
    case "kill":
        Wait.ForFile(file);
        Process.GetCurrentProcess().Kill();
        break;
    case "hog":
        Wait.ForFile(file);
        Hog.Run();
        break;
    case "throw":
        Wait.ForFile(file);
        throw new InvalidOperationException("the application's own end");
    case "host":
        await Hosts.RunAsync(isCleared: false, file);
        break;
    case "cleared":
        await Hosts.RunAsync(isCleared: true, file);
        break;
    case "child":
        using (Process child = Process.Start(Environment.ProcessPath!, [typeof(Wait).Assembly.Location, "console"])!)
        {
            await child.WaitForExitAsync();
        }

        break;
    default:
        await Console.Error.WriteLineAsync($"'{mode}' is no mode");
        return 2;
}

await Console.Out.WriteLineAsync("done");
return Code;
