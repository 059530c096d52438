/* A table as one element of the page: a thousand cells travel as text and not as a thousand elements. */
export default {
  template: `
    <div :class="['scroll', { tall }]" tabindex="0" role="region" :aria-label="label">
      <table>
        <caption>{{ label }}</caption>
        <thead><tr><th v-for="column in columns" scope="col" :class="{ number: column.number }">{{ column.title }}</th></tr></thead>
        <tbody><tr v-for="row in rows"><td v-for="(cell, i) in row" :class="[{ number: columns[i].number }, cell[1]]">{{ cell[0] }}</td></tr></tbody>
      </table>
    </div>`,
  props: { label: String, columns: Array, rows: Array, tall: Boolean },
};
