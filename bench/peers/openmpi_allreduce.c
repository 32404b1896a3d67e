/* All-reduce (sum of floats) over MPI. Arguments: pairs of bytes and repetitions. Rank 0 prints one JSON line: {"subject": ..., "microseconds": {"BYTES": MEAN, ...}}. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 0)
        printf("{\"subject\": \"openmpi (tcp)\", \"microseconds\": {");
    for (int i = 1; i + 1 < argc; i += 2) {
        long bytes = atol(argv[i]), count = atol(argv[i + 1]), floats = bytes / (long)sizeof(float);
        float *in = calloc(floats, sizeof(float)), *out = calloc(floats, sizeof(float));
        for (long k = 0; k < (count / 5 > 2 ? count / 5 : 2); k++)
            MPI_Allreduce(in, out, (int)floats, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        MPI_Barrier(MPI_COMM_WORLD);
        double began = MPI_Wtime();
        for (long k = 0; k < count; k++)
            MPI_Allreduce(in, out, (int)floats, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        double mean = (MPI_Wtime() - began) / count * 1e6;
        if (rank == 0)
            printf("%s\"%ld\": %.3f", i == 1 ? "" : ", ", bytes, mean);
        free(in);
        free(out);
    }
    if (rank == 0)
        printf("}}\n");
    MPI_Finalize();
    return 0;
}
