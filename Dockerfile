# Sheaf's images, one target each. All run as user 1654 with a read-only root; what they write goes to /data, /checkpoints and /tmp.
#   docker build --target silo    -t sheaf-silo .        a server with devices and grains
#   docker build --target gateway -t sheaf-gateway .     the gRPC API and its HTTP endpoints alone
#   docker build --target cli     -t sheaf .             the command line, with a silo in it: `run SPEC` trains in one container
# --build-arg TORCH=cuda builds with a libtorch for NVIDIA GPUs; it brings CUDA's libraries, the host brings the driver.
ARG TORCH=cpu

# The project files alone: packages are restored again only where one of them changed.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS projects
COPY src /src
RUN find /src -type f ! -name '*.csproj' -delete

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TORCH
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN command -v strip >/dev/null || { apt-get update && apt-get install -y --no-install-recommends binutils; }
WORKDIR /build
COPY *.props *.targets global.json .editorconfig BannedSymbols.txt ./
COPY build build
COPY --from=projects /src src
RUN for project in Silo Client Database; do dotnet restore src/$project -p:Torch=$TORCH || exit 1; done
COPY deploy/postgresql deploy/postgresql
COPY src src
RUN for project in Silo Client Database; do \
      dotnet publish src/$project -c Release -o /out/$project -p:Torch=$TORCH -p:RunAnalyzers=false -p:GenerateDocumentationFile=false --no-restore || exit 1; \
    done
# libtorch is a layer of its own below the application: it changes with its version only. Symbols and the linker's tables take a fifth of it.
RUN mkdir -p /out/native /out/folders/data /out/folders/checkpoints \
 && mv /out/Silo/lib*.so* /out/native/ \
 && chmod 755 /out/native/* \
 && strip --strip-unneeded /out/native/*.so* \
 && cp -r /out/Database/. /out/Client/ \
 && rm -f /out/*/*.pdb

FROM build AS build-gateway
ARG TORCH
RUN dotnet publish src/Gateway -c Release -o /out/Gateway -p:Torch=$TORCH -p:RunAnalyzers=false -p:GenerateDocumentationFile=false \
 && rm -f /out/Gateway/*.pdb

# Without shell and package manager; libtorch for CUDA is loaded with tools of a whole system around it.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled AS runtime-cpu
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble AS runtime-cuda
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM runtime-${TORCH} AS silo
# One thread a worker is what makes results the same everywhere; the collector must not take a core from the workers.
ENV OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 DOTNET_gcConcurrent=0
COPY --from=build /out/native /app/silo/
COPY --from=build /out/Silo /app/silo/
COPY --from=build --chown=1654:1654 /out/folders /
USER 1654:1654
ENV XDG_DATA_HOME=/data
EXPOSE 7433 7434 7435 7436 7437
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=20s --start-period=120s --retries=6 CMD ["dotnet", "/app/silo/Sheaf.Silo.dll", "--probe"]
ENTRYPOINT ["dotnet", "/app/silo/Sheaf.Silo.dll"]

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled AS gateway
COPY --from=build-gateway /out/Gateway /app/gateway/
USER 1654:1654
EXPOSE 7433 7434
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=20s --start-period=120s --retries=6 CMD ["dotnet", "/app/gateway/sheaf-gateway.dll", "--probe"]
ENTRYPOINT ["dotnet", "/app/gateway/sheaf-gateway.dll"]

FROM silo AS cli
COPY --from=build /out/Client /app/cli/
ENV SHEAF_SILO=/app/silo/Sheaf.Silo.dll SHEAF_NAME=sheaf
HEALTHCHECK NONE
ENTRYPOINT ["dotnet", "/app/cli/Sheaf.Client.dll"]
