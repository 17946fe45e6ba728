using System.Globalization;

namespace Fleet;

/// <summary>What the command line asks for.</summary>
internal sealed record FleetArguments(bool Simulate, int Speed, TimeSpan Longest)
{
    public const string Usage = """
        Fleet [--simulate] [--speed N] [--longest MINUTES]
          (nothing)          three shops under load; one gets version 1.5.0, which leaks; the rules tell, it is rolled back, the alerts clear
          --simulate         twenty simulated instances with every problem that the rules know; each alert must fire and clear
          --speed N          1 to 60: durations in the rules (for: 10m, [15m]) and the scrape interval of 15 s divided by N; 20 by default, 60 with --simulate
          --longest MINUTES  1 to 120: give up after this time; 15 by default
        """;

    /// <param name="args">The command line.</param>
    /// <param name="wrong">Where the answer is null: which argument is wrong, and what it may be.</param>
    public static FleetArguments? Parse(string[] args, out string wrong)
    {
        wrong = "";
        bool simulate = false;
        int? speed = null;
        int minutes = 15;
        for (int index = 0; index < args.Length; index++)
        {
            string option = args[index];
            bool isRead = option switch
            {
                "--simulate" => simulate = true,
                "--speed" => Read(args, ref index, 60) is int value && (speed = value) is not null,
                "--longest" => Read(args, ref index, 120) is int value && (minutes = value) > 0,
                _ => false,
            };
            if (!isRead)
            {
                wrong = option switch
                {
                    "--speed" => "--speed takes a whole number from 1 to 60.",
                    "--longest" => "--longest takes a whole number of minutes from 1 to 120.",
                    _ => $"'{option}' is not an option.",
                };
                return null;
            }
        }

        return new FleetArguments(simulate, speed ?? (simulate ? 60 : 20), TimeSpan.FromMinutes(minutes));
    }

    private static int? Read(string[] args, ref int index, int most) =>
        ++index < args.Length && int.TryParse(args[index], CultureInfo.InvariantCulture, out int value) && value >= 1 && value <= most ? value : null;
}
