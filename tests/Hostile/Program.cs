using Hostile;
using Hostile.App;

// "app DIRECTORY [KEY=VALUE...]": the application that everything is done to. Otherwise: [--long] [part of a scenario's name] runs the scenarios.
if (args is ["app", string directory, ..])
{
    return await VictimApp.RunAsync(directory, args[2..]);
}

bool isLong = args.Contains("--long");
string filter = args.FirstOrDefault(static arg => !arg.StartsWith('-')) ?? "";
int failed = 0;
foreach (Scenario scenario in Catalogue.All.Where(scenario => scenario.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    Outcome outcome = Scenario.Run(scenario, isLong);
    failed += outcome.Failures.Count > 0 ? 1 : 0;
    Console.WriteLine(outcome);
}

Console.WriteLine(failed == 0 ? "The host lives, and MemGuard kept its promises." : $"{failed} scenarios failed.");
return failed == 0 ? 0 : 1;
