using Assay.Bench.Exports;

// usage: dotnet run -c Release --project bench/Assay.Bench.Exports -- company [PEOPLE [DAYS]]   sums of every export and page
//        dotnet run -c Release --project bench/Assay.Bench.Exports -- rows [ROWS]               time and memory of large exports
return args switch
{
    ["company", ..] => await CompanyCheck.RunAsync(Number(1, 2000), Number(2, 30)),
    ["rows", ..] => await RowsCheck.RunAsync(Number(1, 10_000_000)),
    _ => Usage(),
};

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;

static int Usage()
{
    Console.Error.WriteLine("say company [PEOPLE [DAYS]] or rows [ROWS]");
    return 2;
}
