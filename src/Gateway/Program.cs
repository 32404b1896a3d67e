return await Sheaf.Gateway.GatewayProcess.RunAsync(args);
