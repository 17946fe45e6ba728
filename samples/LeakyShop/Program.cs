using LeakyShop;

if (!ShopArguments.TryParse(args, out ShopArguments? arguments, out string? problem))
{
    await Console.Error.WriteLineAsync(problem);
    await Console.Error.WriteLineAsync(ShopArguments.Usage);
    return 2;
}

if (arguments.Crash is not null)
{
    return await Crash.RunAsync(arguments);
}

return arguments.Scenario is null && !arguments.Serve
    ? await CaseStudy.RunAsync(arguments)
    : await ShopRun.RunAsync(arguments);
