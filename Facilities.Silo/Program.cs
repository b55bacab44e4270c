using Facilities.Silo.Operation;

return await OperatorCommands.Run(args, Console.Out, Console.Error);
