using Assay.Bench.Exports;
using Assay.Testing;

// usage: dotnet run -c Release --project bench/Assay.Bench.Exports -- company [PEOPLE [DAYS]] [postgres]   sums of every export and page
//        dotnet run -c Release --project bench/Assay.Bench.Exports -- rows [ROWS] [postgres]               time and memory of large exports
var isPostgres = args is [.., "postgres"];
if (isPostgres && !PostgresCluster.IsInstalled)
{
    Console.Error.WriteLine(PostgresCluster.HowToInstall);
    return 2;
}

string[] words = isPostgres ? args[..^1] : args;
return words switch
{
    ["company", ..] => await CompanyCheck.RunAsync(Number(1, 2000), Number(2, 30), isPostgres),
    ["rows", ..] => await RowsCheck.RunAsync(Number(1, 10_000_000), isPostgres),
    _ => Usage(),
};

int Number(int at, int otherwise) => words.Length > at ? int.Parse(words[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;

static int Usage()
{
    Console.Error.WriteLine("say company [PEOPLE [DAYS]] [postgres] or rows [ROWS] [postgres]");
    return 2;
}
