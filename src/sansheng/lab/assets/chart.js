/* A chart of the page: drawn by the script that the report uses too, and drawn anew when its numbers change. */
export default {
  template: '<div class="chart" role="img" :aria-label="label" :style="{ height: height * scale + \'px\' }"></div>',
  data: () => ({ scale: sanshengCharts.scale() }),
  props: { spec: Object, label: String, height: Number },
  async mounted() {
    await sanshengCharts.fonts();
    if (!this.$el.isConnected) return;
    this.chart = sanshengCharts.draw(this.$el, this.spec);
    this.observer = new ResizeObserver(() => this.chart.paint());
    this.observer.observe(this.$el);
    this.$el.dataset.drawn = "yes";
  },
  watch: { spec: { deep: true, handler(spec) { this.chart?.paint(spec); } } },
  unmounted() {
    this.observer?.disconnect();
    this.chart?.dispose();
  },
};
