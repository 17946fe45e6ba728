using Hostile;
using Hostile.App;

// "app DIRECTORY [KEY=VALUE...]": the application that everything is done to. Otherwise: [--long] [part of a scenario's name] runs the scenarios.
if (args is ["app", string directory, ..])
{
    return await VictimApp.RunAsync(directory, args[2..]);
}

bool isLong = args.Contains("--long");
string filter = args.FirstOrDefault(static arg => !arg.StartsWith('-')) ?? "";
List<Outcome> failed = [];
foreach (Scenario scenario in Catalogue.All.Where(scenario => scenario.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    Outcome outcome = Scenario.Run(scenario, isLong);
    Console.WriteLine(outcome);
    if (outcome.Failures.Count > 0)
    {
        failed.Add(outcome);
    }
}

if (failed.Count == 0)
{
    Console.WriteLine("The host lives, and MemGuard kept its promises.");
    return 0;
}

// Once more at the end, where a long log is read first.
Console.WriteLine($"{failed.Count} scenarios failed:\n{string.Join('\n', failed)}");
return 1;
