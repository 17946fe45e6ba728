using LeakyShop;

if (!ShopArguments.TryParse(args, out ShopArguments? arguments, out string? problem))
{
    await Console.Error.WriteLineAsync(problem);
    await Console.Error.WriteLineAsync(ShopArguments.Usage);
    return 2;
}

return arguments.Scenario is null && !arguments.Serve
    ? await CaseStudy.RunAsync(arguments)
    : await ShopRun.RunAsync(arguments);
